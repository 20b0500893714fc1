// Brings log lines into the form of the records: numbers by first appearance, no pids, no addresses of the kernel.

/** What a number in a line is; the first row that matches counts. `$1` and `$3` stay. */
const NUMBERED: readonly { readonly kind: 'pfn' | 'va' | 'pa'; readonly pattern: RegExp }[] = [
    { kind: 'pfn', pattern: /(Memory failure: |[Ss]oft offline: |soft_offline: |soft_offline_page: |Unpoison: |at pfn |for pfn |offlining pfn |offlining pfn: |Invalid pfn: )(0x[0-9a-f]+)/g },
    // Wordings up to 6.6, with the number at the end.
    { kind: 'pfn', pattern: /(Unpoison: [^<]* )(0x[0-9a-f]+)$/g },
    // Printed without 0x.
    { kind: 'pfn', pattern: /(Memory failure on page )([0-9a-f]+)/g },
    { kind: 'va', pattern: /(process virtual address |fault at )(0x[0-9a-f]+|[0-9a-f]{4,})/g },
    { kind: 'pa', pattern: /(user-access at |physical_address: |physical fault address: |generic error data: )(0x[0-9a-f]+|[0-9a-f]{4,})/g },
];

/** What is told apart by nothing but its form. */
const ERASED: readonly { readonly pattern: RegExp; readonly by: string }[] = [
    { pattern: /(Sending SIGBUS to |MCE: Killing )([^:]+):\d+/g, by: '$1$2:<pid>' },
    { pattern: /(type )(0x)?[0-9a-f]+(\()/g, by: '$1<flags>$3' },
    { pattern: /zone=\d+/g, by: 'zone=<zone>' },
    { pattern: /lastcpupid=0x[0-9a-f]+/g, by: 'lastcpupid=<hex>' },
    { pattern: /(due to|\] victim:|GHES: )([a-z]+):\d+(: synchronous)/g, by: '$1$2:<pid>$3' },
    { pattern: /(MIDR: |\(MPIDR\): |error_info: |CPU features: )\S+/g, by: '$1<hex>' },
    { pattern: /(for address: )\S+/g, by: '$1<kaddr>' },
];

/** A number that the records of 6.1 left as it was: which frame it is shows in the errno of the call. */
const LEFT_IN_RECORDS = /(Unpoison: Page was already unpoisoned )(0x[0-9a-f]+|<pfn:\d+>)/;

/** The same address in two spellings is two numbers in the records. */
const SPELT_TWICE = /(physical_address: |generic error data: )<pa:\d+>/;

/** What the records give as it was, and what depends on the CPU and the build. */
const LINES_OF_ONE_BUILD = /((?:CPU features: |^Boot memory ))\S.*$/;

/** A line as both sides have it, recorded or predicted and named. */
export function comparableLine(line: string): string {
    return line.replace(LEFT_IN_RECORDS, '$1<pfn>').replace(LINES_OF_ONE_BUILD, '$1<hex>').replace(SPELT_TWICE, '$1<number>').replace(/^0x[0-9a-f]+(: Sending SIGBUS)/, '<pfn>$1');
}

/** Names numbers by their first appearance, over all lines of one case. */
export class Names {
    readonly #known = new Map<string, string>();
    readonly #counts = new Map<string, number>();

    line(text: string): string {
        let line = text;
        for (const { kind, pattern } of NUMBERED) {
            line = line.replace(pattern, (_match, before: string, number: string) => `${before}${this.#name(kind, number)}`);
        }
        return ERASED.reduce((so, { pattern, by }) => so.replace(pattern, by), line);
    }

    #name(kind: string, number: string): string {
        const key = `${kind} ${BigInt(number.startsWith('0x') ? number : `0x${number}`)}`;
        let name = this.#known.get(key);
        if (name === undefined) {
            const count = (this.#counts.get(kind) ?? 0) + 1;
            this.#counts.set(kind, count);
            name = `<${kind}:${count}>`;
            this.#known.set(key, name);
        }
        return name;
    }
}
