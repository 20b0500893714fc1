/** What a boot's log says of the machine: architecture, page size, start of RAM, vendor, whether it is a guest. With the evidence. */
import type { CrashEvent, Quote } from '../events/event.js';
import type { BootLog } from './boot-log.js';

export interface MachineFacts {
    readonly arch?: 'x86-64' | 'arm64' | 'powerpc';
    readonly pageShift?: number;
    /** Why the page size is known. */
    readonly pageShiftBy?: string;
    readonly release?: string;
    /** Physical address of the first RAM, where the log says it. */
    readonly ramStart?: bigint;
    readonly vendor?: 'intel' | 'amd' | 'other';
    /** The name of the hypervisor, or `yes`. */
    readonly guest?: string;
    readonly guestBy?: Quote;
    readonly hardware?: string;
}

const SHIFTS = [12, 14, 16] as const;

export function machineOf(boot: BootLog): MachineFacts {
    const arch = archOf(boot);
    const shift = pageShiftOf(boot, arch);
    const release = boot.release ?? boot.facts.find(({ fact }) => fact === 'release')?.value;
    const rams = boot.facts.flatMap(({ fact, start }) => (fact === 'ram' && start !== undefined ? [start] : []));
    const ramStart = rams.length === 0 ? undefined : rams.reduce((least, each) => (each < least ? each : least));
    const vendor = boot.machineChecks.find((event) => event.vendor !== undefined)?.vendor;
    const hypervisor = boot.facts.find(({ fact }) => fact === 'hypervisor');
    // Hypervisors report a microcode of all ones or none.
    const masked = boot.machineChecks.find(({ microcode }) => microcode === 'ffffffff');
    const hardware = boot.facts.find(({ fact }) => fact === 'hardware')?.value;
    const virtual = hardware !== undefined && /QEMU|KVM|VMware|Virtual Machine|VirtualBox|Google Compute|Amazon EC2(?!.*metal)|Bochs/.test(hardware) ? hardware : undefined;
    const injected = boot.others.find(({ says }) => says === 'injected-into-guest');
    const guest = hypervisor?.value ?? virtual ?? (injected === undefined ? undefined : 'QEMU') ?? (masked === undefined ? undefined : 'a hypervisor that hides the microcode');
    const guestBy = hypervisor?.lines[0] ?? injected?.lines[0] ?? masked?.lines.find(({ text }) => text.includes('microcode'));
    return {
        ...(arch === undefined ? {} : { arch }), ...shift, ...(release === undefined ? {} : { release }), ...(ramStart === undefined ? {} : { ramStart }), ...(vendor === undefined ? {} : { vendor }),
        ...(guest === undefined ? {} : { guest }), ...(guestBy === undefined ? {} : { guestBy }), ...(hardware === undefined ? {} : { hardware }),
    };
}

function archOf(boot: BootLog): MachineFacts['arch'] {
    const said = boot.facts.find(({ fact }) => fact === 'arch')?.value;
    if (said === 'arm64' || said === 'x86-64') return said;
    if (boot.machineChecks.length > 0 || boot.loose.some(({ id }) => id === 'mceUserAccess' || id === 'mceKernelAccess' || id === 'faultX86')) return 'x86-64';
    if ([...boot.reports.values()].some(({ channel }) => channel === 'power')) return 'powerpc';
    const sections = [...boot.reports.values()].flatMap(({ section }) => section?.type ?? []);
    if (sections.some((type) => type.startsWith('ARM')) || [...boot.reports.values()].some(({ channel }) => channel === 'aest')) return 'arm64';
    if (sections.some((type) => type.startsWith('IA32'))) return 'x86-64';
    if (boot.crashes.some(isArm)) return 'arm64';
    return boot.crashes.some(({ registers }) => registers.has('RAX') || registers.has('CR2')) ? 'x86-64' : undefined;
}

function isArm({ registers, crash, title }: CrashEvent): boolean {
    return [...registers.keys()].some((name) => /^x\d/.test(name)) || crash === 'serror' || (crash === 'external-abort' && /synchronous external abort/.test(title));
}

/** Found out: from what the kernel says, from an address that it names both in bytes and as a frame, or from an offset that a smaller page could not have. */
function pageShiftOf(boot: BootLog, arch: MachineFacts['arch']): Pick<MachineFacts, 'pageShift' | 'pageShiftBy'> {
    const said = boot.facts.find(({ fact }) => fact === 'page-shift');
    if (said !== undefined) return { pageShift: Number(said.value), pageShiftBy: 'the kernel says it' };
    if (arch === 'x86-64') return { pageShift: 12, pageShiftBy: 'x86-64' };
    const addresses = [...boot.reports.values()].flatMap(({ phys }) => phys ?? []);
    const pages = [...boot.reports.values()].flatMap(({ page, offset }) => (page === undefined ? [] : [{ page, offset: offset ?? 0n }]));
    for (const phys of addresses) {
        const frames = SHIFTS.filter((shift) => boot.frames.has(phys >> BigInt(shift)));
        if (frames.length === 1) return { pageShift: frames[0]!, pageShiftBy: `physical address 0x${phys.toString(16)} is frame 0x${(phys >> BigInt(frames[0]!)).toString(16)}` };
        const fits = SHIFTS.filter((shift) => pages.some(({ page, offset }) => (page << BigInt(shift)) + offset === phys || page === phys >> BigInt(shift)));
        if (fits.length === 1) return { pageShift: fits[0]!, pageShiftBy: `physical address 0x${phys.toString(16)} lies in page 0x${(phys >> BigInt(fits[0]!)).toString(16)} of EDAC` };
    }
    // Both sections of one error: EDAC's page and a frame of memory_failure() are the same number by definition, so they decide nothing.
    const far = pages.reduce((most, { offset }) => (offset > most ? offset : most), 0n);
    if (far >= 0x4000n) return { pageShift: 16, pageShiftBy: `EDAC has an offset of 0x${far.toString(16)} in a page` };
    return {};
}
