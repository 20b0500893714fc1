// Writes a scene down as a user would.
import type { ProcessDraft, Scene } from './scene.mts';

const INDENT = '    ';

export interface Heading {
    readonly title: string;
    /** What the set-up program said that it had done. */
    readonly sentences: readonly string[];
    /** Path to the machine that all cases share. */
    readonly machine: string;
}

export function scenarioText(scene: Scene, heading: Heading): string {
    const body = [
        [...scene.settings],
        scene.declarations,
        ...[...scene.processes.values()].map(processLines),
        scene.frames(),
        scene.preparation,
        scene.steps,
    ].filter((block) => block.length > 0).map((block) => block.map((line) => `${INDENT}${line}`).join('\n'));
    return [
        `import "${heading.machine}"`,
        '',
        '/**',
        ...heading.sentences.map((sentence) => ` * ${sentence.replaceAll('*/', '* /')}`),
        ' */',
        `scenario "${heading.title}" on lab {`,
        body.join('\n\n'),
        '}',
        '',
    ].join('\n');
}

function processLines(process: ProcessDraft): string[] {
    const head = ['process', process.name, ...(process.comm === undefined ? [] : [`comm "${process.comm}"`]), ...process.attributes].join(' ');
    const lines = [
        ...(process.sigbus === 'default' ? [] : [`sigbus ${process.sigbus}`]),
        ...[...process.threads].map(([name, settings]) => settings.length === 0 ? `thread ${name} comm "${name}"` : `thread ${name} comm "${name}" { ${settings.join('; ')} }`),
        ...process.lines,
    ];
    return lines.length === 0 ? [head] : [`${head} {`, ...lines.map((line) => `${INDENT}${line}`), '}'];
}
