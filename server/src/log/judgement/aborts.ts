/** Crashes that say themselves that hardware is behind them, where no reported error explains them: aborts of arm64 and arm, and panics of a machine check without its record. */
import type { CrashEvent, InjectorEvent } from '../events/event.js';
import type { MachineFacts } from '../joins/machine.js';
import { HANDLER_FUNCTIONS, INJECTOR_FUNCTIONS, INJECTOR_MODULES } from './known-faults.js';
import type { Judged } from './verdict.js';

/** Since 5.4 the linear map is the lower half of the kernel's addresses; it was the upper half. */
const MAP_MOVED = [5, 4] as const;

interface Layout { readonly linear: readonly [bigint, bigint]; }

function layouts(bits: number): { readonly before: Layout; readonly since: Layout } {
    const start = (1n << 64n) - (1n << BigInt(bits));
    const middle = (1n << 64n) - (1n << BigInt(bits - 1));
    return { before: { linear: [middle, 1n << 64n] }, since: { linear: [start, middle] } };
}

/** Where an address lies by the layout of the kernel that crashed: `linear` is RAM, `other` is vmalloc space, where ioremap() puts devices. */
export function regionOf(address: bigint, release: string | undefined, oldWording: boolean): 'linear' | 'other' | undefined {
    if (address < 0xfff0_0000_0000_0000n) return undefined;
    const [major = 0, minor = 0] = release?.split('.').map((part) => Number.parseInt(part, 10)) ?? [];
    const old = release === undefined ? oldWording : major < MAP_MOVED[0] || (major === MAP_MOVED[0] && minor < MAP_MOVED[1]);
    // 39 bits where the address is that high; else 48.
    const bits = address >= (1n << 64n) - (1n << 39n) ? 39 : 48;
    const { linear: [start, end] } = old ? layouts(bits).before : layouts(bits).since;
    return address >= start && address < end ? 'linear' : 'other';
}

/** How drivers reach registers. */
const DEVICE_ACCESS = /^(?:__raw_(?:read|write)[bwlq]|(?:read|write)[bwlq](?:_relaxed)?|logic_(?:in|out)[bwl]|(?:in|out)s?[bwl]|io(?:read|write)\d+\w*|__?memcpy_(?:from|to)io|memset_io|regmap_mmio_\w+|pci_generic_(?:config|ecam)_\w+|\w*_(?:readl|writel|read_reg|write_reg|reg_read|reg_write))$/;

/** Why a machine check or a fatal record of firmware stopped the machine (do_machine_check(), __ghes_panic() and their forerunners). */
const CHECK_PANIC = /^(?:Fatal (?:local )?machine check|(?:Unable to continue|Uncorrected|Unexpected local)? ?machine check|CPU context corrupt|Fatal hardware error|Memory error not recovered)/i;
/** memory_failure() with recovery switched off, or for a page that it cannot recover where a sysctl asks for that. */
const HANDLER_PANIC = /^Memory failure(?:: 0x| (?:from trap \d{1,5} )?on page )[0-9a-f]{1,16}\b/;
/** Not all CPUs came to the machine check: the one that did not may be the one that is broken. */
const CHECK_TIMEOUT = /^Timeout: Not all CPUs entered broadcast exception handler|^Timeout synchronizing machine check/;

function judgeCheckPanic({ panicText = '', lines }: CrashEvent, { guest }: MachineFacts): Judged | undefined {
    const quotes = lines.filter(({ text }) => text.includes('Kernel panic')).slice(0, 1);
    const wouldDecide = 'The record of the machine check: lines before the panic, BERT at the next boot, or the log of the management controller.';
    if (CHECK_TIMEOUT.test(panicText)) return { verdict: 'undecided', certainty: 'likely', wouldDecide, reasons: [{ text: 'not all CPUs came to a machine check: one of them hung, or the error was of one of them; no record of it is in the log', quotes }] };
    if (HANDLER_PANIC.test(panicText)) {
        return {
            verdict: 'hardware', certainty: 'likely', wouldDecide: 'What reported the page.',
            reasons: [{ text: 'memory_failure() panicked for a bad page, as a sysctl asks', quotes }],
        };
    }
    if (!CHECK_PANIC.test(panicText)) return undefined;
    if (guest !== undefined) return { verdict: 'undecided', certainty: 'likely', wouldDecide: 'The log of the host, and the record of the machine check.', reasons: [{ text: `a machine check of a guest (${guest}); no record of it is in the log`, quotes }] };
    return { verdict: 'hardware', certainty: 'likely', wouldDecide, reasons: [{ text: 'the hardware reported an error that the kernel could not go on with; no record of it is in the log, so that it does not say what failed', quotes }] };
}

/** die() of POWER's machine_check_exception(). */
const POWER_CHECK = /^Oops: Machine check\b/;

const FAULTS_OF_CODE: ReadonlySet<string> = new Set(['bug', 'page-fault', 'general-protection', 'oops', 'sanitizer']);

/** Undefined where the crash is of another kind. */
export function judgeAbort(crash: CrashEvent, machine: MachineFacts, injectors: readonly InjectorEvent[]): Judged | undefined {
    const panic = judgeCheckPanic(crash, machine);
    if (panic !== undefined) return panic;
    const quotes = crash.lines.slice(0, 2);
    if (POWER_CHECK.test(crash.title)) {
        return {
            verdict: 'undecided', certainty: 'likely', wouldDecide: 'The record of the machine check, or the log of the service processor.',
            reasons: [{ text: 'a machine check that the kernel could not go on with; what kind it was is not in the log', quotes }],
        };
    }
    const injector = crash.trace.find((name) => INJECTOR_FUNCTIONS.test(name)) ?? [...crash.modules].find((name) => INJECTOR_MODULES.test(name));
    if (injector !== undefined) return { verdict: 'injected', certainty: 'certain', reasons: [{ text: `${injector} is in the call trace: the error was injected`, quotes }] };
    const handler = FAULTS_OF_CODE.has(crash.crash) ? crash.trace.find((name) => HANDLER_FUNCTIONS.test(name)) : undefined;
    if (handler !== undefined) {
        const tool = injectors.find(({ how }) => how === 'mce-inject');
        return {
            verdict: tool === undefined ? 'known-software-fault' : 'injected', certainty: 'likely',
            reasons: [{ text: `the kernel crashed while it handled an error, in ${handler}(); the lines about the page are not in the log`, quotes }, ...(tool === undefined ? [] : [{ text: 'mce-inject was used', quotes: tool.lines.slice(0, 1) }])],
        };
    }
    if (crash.crash === 'serror' || (crash.crash === 'panic' && crash.panicText?.includes('SError') === true)) {
        return {
            verdict: 'undecided', certainty: 'likely', wouldDecide: 'The record of firmware (GHES, BERT at the next boot), or which device was written to before.',
            reasons: [{ text: 'an asynchronous abort (SError): a device or memory, some time before; no record of it is in the log', quotes }],
        };
    }
    if (crash.crash !== 'external-abort') return undefined;
    if (/parity|ECC/i.test(crash.title) && !/synchronous external abort/.test(crash.title)) {
        return { verdict: 'hardware', certainty: 'likely', reasons: [{ text: 'an abort for a parity or ECC error', quotes }] };
    }
    const oldWording = crash.lines.some(({ text }) => text.startsWith('PC is at') || text.startsWith('Unhandled fault: synchronous external abort (0x'));
    const region = crash.faultAddress === undefined ? undefined : regionOf(crash.faultAddress, machine.release, oldWording);
    const arm32 = /non-linefetch|imprecise external abort/.test(crash.title);
    if (region === 'other' || arm32) {
        return {
            verdict: 'software', certainty: 'likely',
            reasons: [{ text: arm32 ? 'an abort of an uncached access: a device that did not answer' : `address 0x${crash.faultAddress!.toString(16)} is not in the linear map but where devices are mapped: ${crash.trace[0] ?? 'a driver'}() read a register that did not answer; no memory error was reported`, quotes }],
        };
    }
    const accessor = crash.trace.slice(0, 2).find((name) => DEVICE_ACCESS.test(name));
    if (accessor !== undefined) {
        return { verdict: 'software', certainty: 'likely', reasons: [{ text: `${accessor}() accesses devices, not memory: a register did not answer, and no memory error was reported`, quotes }] };
    }
    if (crash.esr !== undefined && (crash.esr >> 26n) === 0x25n && ((crash.esr >> 6n) & 1n) === 1n) {
        return { verdict: 'software', certainty: 'likely', reasons: [{ text: 'the access was a write (WnR in the syndrome), which does not consume poison: nothing answers at that address', quotes }] };
    }
    return {
        verdict: 'undecided', certainty: 'likely', wouldDecide: 'A record of firmware for this moment (GHES, or BERT at the next boot), and the address: FAR or the registers.',
        reasons: [{ text: region === 'linear' ? 'the kernel read RAM and got an abort, but nothing reported the memory as bad' : 'a synchronous external abort whose address the log does not give: memory or a device', quotes }],
    };
}
