import { checkInjections } from './injection-rows.js';
import { DEVICE_MEMORY as PAGE, KERNEL_MEMORY } from './page-states/index.js';
import { inRegion } from './page-states/page-state.js';

const AO = ['AO db m+0x1000 lsb 12 handled'];
const AR = ['AR db m+0x1000 lsb 12 handled'];

checkInjections('a failure in device memory with struct pages', {
    'fsdax': { section: '9.7 fsdax', page: PAGE['fsdax on ext4'], gives: 'DAX Recovered 0', signals: AO, says: ['-> db'] },
    'fsdax, only read: signalled all the same': { section: '9.7 fsdax', page: PAGE['fsdax on ext4, only read'], gives: 'DAX Recovered 0', signals: AO, says: ['-> db'] },
    'fsdax, by its owner': { section: '9.7 fsdax', page: PAGE['fsdax on ext4'], by: 'MADV_HWPOISON', gives: 'DAX Recovered 0', signals: AR, says: ['-> db'] },
    'fsdax, by hard_offline_page': { section: '9.7 fsdax', page: PAGE['fsdax on ext4'], by: 'hard_offline_page', gives: 'DAX Recovered 0', signals: AO, says: ['-> db'] },
    'devdax in units of 2 MiB': { section: '9.7 devdax', page: PAGE.devdax, gives: 'DAX Recovered 0', signals: ['AO db m+0x0 lsb 21 handled'], says: ['-> db'] },
    'raw persistent memory': { section: '9.7, as recorded', page: PAGE['pmem raw'], gives: 'DAX Failed EBUSY' },
    'device private': { section: '9.7 device_private', page: PAGE['device private'], gives: 'DAX Failed ENXIO' },
    'device private, on a device of its own': { section: '9.7 device_private', page: { machine: { regions: [{ name: 'r', source: 0, kind: 'device-private', pageCount: 4, content: '' }] }, target: inRegion('r', 1) }, gives: 'DAX Failed ENXIO' },
    'metadata of the device': { section: '9.7 pgmap_metadata', page: PAGE['dev_pagemap metadata'], gives: 'DAX Failed ENXIO' },
});

checkInjections('a failure in memory that is not RAM or not online', {
    'offline block': { section: '9.8 offline_block', page: PAGE['offline block'], gives: 'ENXIO', says: ['memory outside kernel control'] },
    'offline block, by hard_offline_page': { section: '9.8 offline_block', page: PAGE['offline block'], by: 'hard_offline_page', gives: 'ENXIO', says: ['memory outside kernel control'] },
    'hole in RAM': { section: '2.2 step 7', page: PAGE['hole in RAM'], gives: 'ENXIO', says: ['memory outside kernel control'] },
    'device registers: refused by corrupt-pfn': { section: '1.4 step 2', page: KERNEL_MEMORY.mmio, gives: 'ENXIO' },
    'beyond RAM: refused by corrupt-pfn': { section: '1.4 step 2', page: KERNEL_MEMORY['beyond-ram'], gives: 'ENXIO' },
    'device registers': { section: '9.8 no_struct_page', page: KERNEL_MEMORY.mmio, by: 'hard_offline_page', gives: 'PFN_MAP Ignored EBUSY' },
    'beyond RAM': { section: '9.8 no_struct_page', page: KERNEL_MEMORY['beyond-ram'], by: 'hard_offline_page', gives: 'PFN_MAP Ignored EBUSY' },
    'registered, nobody maps it': { section: '9.8 pfnmap_registered', page: PAGE['registered PFN map'], by: 'hard_offline_page', gives: 'PFN_MAP Recovered 0' },
    'registered and mapped': { section: '9.8 pfnmap_registered', page: PAGE['registered PFN map, mapped'], by: 'hard_offline_page', gives: 'PFN_MAP Recovered 0', signals: AO, says: ['-> db'] },
    'registered and mapped, by its owner': { section: '1.3 a', page: PAGE['registered PFN map, mapped'], by: 'MADV_HWPOISON', gives: 'EFAULT' },
    'SGX page: claimed by the architecture': { section: '9.8 sgx_epc', page: KERNEL_MEMORY.sgx, by: 'hard_offline_page', gives: '0' },
});

checkInjections('a failure behind a special mapping', {
    'vdso': { section: '9.5 kernel_text', page: PAGE.vdso, gives: 'KERNEL Ignored EBUSY', says: ['unhandlable page.'] },
    'vdso, by its owner': { section: '9.5 kernel_text, as recorded', page: PAGE.vdso, by: 'MADV_HWPOISON', gives: 'KERNEL Ignored EBUSY', says: ['unhandlable page.'] },
    'vvar, by its owner': { section: '9.5 driver_page, as recorded', page: PAGE.vvar, by: 'MADV_HWPOISON', gives: 'GET_HWPOISON Ignored EBUSY', says: ['unhandlable page.'] },
    'io_uring ring, by its owner': { section: 'corrections: UNKNOWN', page: PAGE['io_uring ring'], by: 'MADV_HWPOISON', gives: 'GET_HWPOISON Ignored EBUSY', says: ['unhandlable page.'] },
    'packet ring, by its owner': { section: '9.5 driver_page, as recorded', page: PAGE['packet ring'], by: 'MADV_HWPOISON', gives: 'GET_HWPOISON Ignored EBUSY', says: ['unhandlable page.'] },
    'perf buffer, by its owner': { section: 'corrections: UNKNOWN', page: PAGE['perf buffer'], by: 'MADV_HWPOISON', gives: 'EFAULT' },
    '/dev/mem, by its owner': { section: '1.3 a', page: PAGE['/dev/mem'], by: 'MADV_HWPOISON', gives: 'EFAULT' },
});
