// The same scenario elsewhere: other title, other frames, other pids. What the kernel does must not change.

/** 256 MiB that somebody else has, and processes that came before. */
const BYSTANDERS = [
    '    region bystander_memory = driver 65536 pages',
    '    process bystander pid 4711 { map heap = anon 1 MiB written }',
];

export function moveFrames(text: string, title: string): string {
    return text.replace(/^scenario "[^"]*" on lab \{$/m, [`scenario "${title}" on lab {`, ...BYSTANDERS].join('\n'));
}
