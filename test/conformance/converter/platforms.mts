// The machines that were recorded: which kernels, where their scenarios stand, and how sizes and addresses differ from the first one's.

export interface Platform {
    /** Names of the record files, the newest kernel first. */
    readonly kernels: readonly string[];
    /** Folder of the scenarios, below `scenarios`; '' for the first machine. */
    readonly folder: string;
    /** Path from a scenario to the machine. */
    readonly machine: string;
    readonly pageBytes: bigint;
    /** From the sizes and frame numbers of x86-64 to those of this machine. */
    readonly rewrite?: (text: string) => string;
}

export const X86: Platform = { kernels: ['7.3.4', '7.2.12', '7.1.13', '7.0.13', '6.18.15', '6.12.107', '6.1.192'], folder: '', machine: '../lab.hwp', pageBytes: 4096n };

/** RAM begins at 1 GiB: so do its frame numbers. */
function moved(text: string, pageBytes: number): string {
    const first = 2 ** 30 / pageBytes;
    return text.replace(/\b(pfn) 0x([0-9a-f]+)\b/g, (whole, word: string, digits: string) => {
        const pfn = Number.parseInt(digits, 16);
        return pfn > 2 ** 40 ? whole : `${word} 0x${(Math.floor(pfn * 4096 / pageBytes) + first).toString(16)}`;
    });
}

/** Four base pages are 64 KiB, a PMD maps 32 MiB, and the default huge page is as large. Other sizes are those of the set-up. */
function scaled(text: string): string {
    return moved(text, 16384)
        .replaceAll('anon 64 KiB written folio 64 KiB', 'anon 256 KiB written folio 64 KiB')
        .replace(/\b16 KiB/g, '64 KiB')
        .replace(/\b2 MiB/g, '32 MiB').replace(/\b4 MiB/g, '64 MiB')
        .replaceAll('[515]', '[2051]').replaceAll('[0..511]', '[0..2047]').replaceAll('hugetlb-free 512 pages', 'hugetlb-free 2048 pages');
}

export const PLATFORMS: readonly Platform[] = [
    X86,
    { kernels: ['arm64-7.3.4', 'arm64-6.12.117'], folder: 'arm64', machine: '../../lab-arm64.hwp', pageBytes: 4096n, rewrite: (text) => moved(text, 4096) },
    { kernels: ['arm64-7.3.4-16k'], folder: 'arm64-16k', machine: '../../lab-arm64-16k.hwp', pageBytes: 16384n, rewrite: scaled },
];

/** `7.3.4` of `arm64-7.3.4-16k`. */
export function versionOf(kernel: string): string {
    return /\d+\.\d+\.\d+/.exec(kernel)?.[0] ?? kernel;
}

export function platformOf(kernel: string): Platform {
    return PLATFORMS.find(({ kernels }) => kernels.includes(kernel)) ?? X86;
}
