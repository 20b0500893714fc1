/** Errors and the ways in which they come: injection, machine checks, firmware records, collectors. */
import type { OperationWords } from './step-words.js';

export const ERROR_WORDS: Readonly<Record<string, OperationWords>> = {
    'corrupt-pfn': {
        doc: 'Write a PFN to the debugfs file hwpoison/corrupt-pfn: memory_failure(pfn, MF_SW_SIMULATED).',
        parameters: {
            target: 'The frame; a virtual page stands for the frame mapped there now.',
            raw: 'Text to write instead of a number, for malformed input.',
        },
    },
    'unpoison-pfn': {
        doc: 'Write a PFN to the debugfs file hwpoison/unpoison-pfn: unpoison_memory(pfn).',
        parameters: {
            target: 'The frame.',
            raw: 'Text to write instead of a number.',
        },
    },
    hard_offline_page: {
        doc: 'Write a physical address to /sys/devices/system/memory/hard_offline_page: memory_failure(pfn, MF_SW_SIMULATED).',
        parameters: {
            target: 'The frame, or a byte address in it.',
            raw: 'Text to write instead of a number.',
        },
    },
    soft_offline_page: {
        doc: 'Write a physical address to /sys/devices/system/memory/soft_offline_page: soft_offline_page(pfn, 0).',
        parameters: {
            target: 'The frame, or a byte address in it.',
            raw: 'Text to write instead of a number.',
        },
    },
    'open-inject-file': {
        doc: 'open() a file of /sys/kernel/debug/hwpoison for reading.',
        parameters: {
            file: 'Which file.',
        },
    },
    'read-inject-file': {
        doc: 'read() a file of /sys/kernel/debug/hwpoison; the files are write-only.',
        parameters: {
            file: 'Which file.',
        },
    },
    madvise: {
        doc: 'madvise(addr, length, advice) by the acting task.',
        parameters: {
            target: 'First page, range of pages, or a raw address.',
            length: 'Length in bytes when it is not that of the named pages; `length 0` is allowed.',
            advice: 'The advice.',
        },
    },
    process_madvise: {
        doc: 'process_madvise() on the named process.',
        parameters: {
            target: 'Page or range.',
            advice: 'The advice.',
            process: 'Target process; default: the caller.',
        },
    },
    'machine-check': {
        doc: 'A machine check of that meaning hits the address.',
        parameters: {
            severity: 'Corrected; uncorrected: found in the background (AO; UE is the same), noticed in passing (UCNA), consumed by a CPU (AR); fatal: the processor or firmware gives up. The machine makes the registers, or the record of firmware, of it.',
            target: 'The byte address that is bad.',
            cpu: 'CPU that takes it; default: the one that runs a task, else 0.',
            broadcast: 'The exception goes to all CPUs, to one with MCG_STATUS.LMCES, or to one that does not say so; default: what the vendor\'s generation does.',
            restart: 'Restart or error IP not valid.',
            fetch: 'Data load or instruction fetch; default load.',
            threshold: 'Firmware first, corrected errors: firmware says that its threshold is exceeded.',
            firmware: 'arm64, action required: firmware has no record for the abort.',
        },
    },
    'machine-check-registers': {
        doc: 'A machine check given by its registers.',
        parameters: {
            bank: 'Bank number; default 9.',
            status: 'MCi_STATUS.',
            mcgStatus: 'MCG_STATUS; default 5: MCIP and RIPV.',
            target: 'MCi_ADDR.',
            address: 'MCi_ADDR by its number.',
            misc: 'MCi_MISC; default 0x8c: a physical address, known to a page.',
            ipid: 'MCA_IPID (AMD): the kind of bank; a unified memory controller is 0x9600000000.',
            cpu: 'CPU that takes it.',
            broadcast: 'To all CPUs, to one, or found by polling; default: what the registers mean. Without UC there is no exception, and without MCIP only where the text says so.',
        },
    },
    ghes: {
        doc: 'Firmware hands over a record (a generic error status block): asynchronous, or behind the next external abort.',
        parameters: {
            severity: 'Severity of the record.',
            target: 'The address that the section names; none: it is not valid.',
            section: 'Severity of its section; default: that of the record.',
            processor: 'An ARM processor error section with an error of that type, instead of a memory error.',
            vendor: 'A section of neither memory nor a processor, by its GUID: an interconnect, an interrupt controller, an IOMMU.',
            threshold: 'Firmware says that its threshold of corrected errors is exceeded.',
            mask: 'physical_address_mask; 0: not valid. Default: a page of 4 KiB.',
            type: 'Kind of memory error, by its number; default 3 (multi-bit ECC), corrected: 2.',
            sections: 'How many such sections the record has; default 1.',
            source: 'Number of the error source.',
            behind: 'arm64: the record lies ready, and the next abort in user mode takes it.',
        },
    },
    latent: {
        doc: 'Memory goes bad and nobody knows yet: whoever meets it first learns of it. Written `latent error at PLACE`.',
        parameters: {
            what: 'What is latent.',
            target: 'The place that is bad.',
            firmware: 'arm64: firmware does not know of it either; an abort there finds no record.',
        },
    },
    scrub: {
        doc: 'The scrubber of the memory controller reads the place: it reports what is bad there.',
        parameters: {
            target: 'The place.',
        },
    },
    dma: {
        doc: 'A device reads the place: the memory controller notices what is bad there.',
        parameters: {
            target: 'The place.',
        },
    },
    'cec-threshold': {
        doc: 'The corrected errors collector reaches its threshold for the frame: queued soft offline.',
        parameters: {
            target: 'The frame.',
        },
    },
};
