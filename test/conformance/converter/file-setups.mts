// Mappings of files: what a sentence says about a file of a disk file system, part by part.
import type { Scene } from './scene.mts';

export interface FileSetup {
    /** Type and attributes of the file. */
    readonly file: string;
    /** Default: 16 KiB. */
    readonly size?: string;
    /** Attributes of the mapping. */
    readonly map: string;
    readonly page?: number;
    readonly healthy?: number;
    /** Declarations that come before the file. */
    readonly needs?: readonly string[];
    /** Steps of the owner that follow. */
    readonly then?: readonly string[];
    readonly hugePages?: number;
    readonly name?: string;
}

/** A mapping of a file; page 1 is the target. */
export function file(setup: FileSetup): (scene: Scene, owner: string) => void {
    const { name = 'data', size = '16 KiB', page = 1, healthy = 2 } = setup;
    return (scene, owner) => {
        setup.needs?.forEach((line) => { scene.declare(line); });
        const [type = '', ...rest] = setup.file.split(' ');
        scene.declare(`file ${name} = ${[type, size, ...rest].join(' ')}`);
        scene.process(owner).lines.push(`map view = ${name} ${setup.map}`);
        scene.target = {
            owner, name: 'view', page, healthy,
            ...(setup.hugePages === undefined ? {} : { hugePages: setup.hugePages, second: setup.hugePages + page }),
        };
        scene.file = { name, size };
        scene.preparation.push(...(setup.then ?? []).map((step) => `${owner}: ${step}`));
    };
}

const TYPES = ['ext4', 'ext2', 'xfs', 'vfat', 'btrfs', 'f2fs', 'exfat', 'gfs2', 'ocfs2', 'udf', 'iso9660', 'squashfs', 'erofs', 'nfs', 'fuse', 'cifs', 'ceph', '9p'];
const TYPE = new RegExp(`^(?:(?:a|clean|dirty|truncated) )?(?<type>${TYPES.join('|')}|raw block device)\\b`);

/** What is known of the file so far. */
interface DiskFile {
    readonly type: string;
    name: string;
    attributes: string[];
    size: string;
    page: number;
    sharing: 'shared' | 'private';
    touched: 'read' | 'untouched';
    mlocked: boolean;
    readonly needs: string[];
    readonly then: string[];
}

/** Parts of a sentence; all that match apply, in order. What a sentence leaves out: 16 KiB, mapped shared, read, clean. */
const PARTS: readonly { readonly says: RegExp; readonly apply: (file: DiskFile) => void }[] = [
    {
        // One write of many pages makes a large folio, with one letter.
        says: /\b256K\b|\blarge (folio|clean|dirty)/,
        apply: (file) => { file.size = '256 KiB'; file.page = 5; file.attributes.push('folio 256 KiB', 'content "a"'); },
    },
    { says: /MAP_PRIVATE|\bprivate\b/, apply: (file) => { file.sharing = 'private'; } },
    { says: /mlock/, apply: (file) => { file.mlocked = true; } },
    {
        says: /-o dax/,
        apply: (file) => {
            file.needs.push('pmem pm0 = 64 MiB at phys 0x30000000 fsdax', `filesystem pmemfs = ${file.type} dax on pm0`);
            file.attributes.splice(0, file.attributes.length, 'on pmemfs', 'content "abcd"');
            file.then.push(`write view[${file.page}] "X"`);
        },
    },
    {
        says: /dirtied by pwrite|\bbywrite\b/,
        apply: (file) => {
            file.touched = 'untouched';
            file.then.push(`pwrite ${file.name}[${file.page}] "W"`, `read view[${file.page}]`, `read view[${file.page + 1}]`);
        },
    },
];
const WRITTEN = /\bdirty\b|dirtied|page \d+ (?:then )?written|\bwritten (?:through|\(anonymous COW copy\))|private written/;

/** The set-up that a sentence about a file on a disk means; undefined when it is about something else. */
export function diskFileSetup(sentence: string): ((scene: Scene, owner: string) => void) | undefined {
    const type = TYPE.exec(sentence)?.groups?.['type'];
    if (type === undefined || /page cache page|superblock/.test(sentence)) {
        return undefined;
    }
    const block = type === 'raw block device';
    const found: DiskFile = {
        type: block ? 'block-device' : type, name: block ? 'disk' : 'data', attributes: ['clean'], size: '16 KiB', page: 1,
        sharing: 'shared', touched: 'read', mlocked: false, needs: [], then: [],
    };
    for (const { says, apply } of PARTS) {
        if (says.test(sentence)) {
            apply(found);
        }
    }
    if (found.then.length === 0 && WRITTEN.test(sentence)) {
        found.then.push(`write view[${found.page}]`);
    }
    return file({
        file: [found.type, ...found.attributes].join(' '), size: found.size, name: found.name, needs: found.needs, then: found.then,
        map: [found.sharing, found.touched, ...found.mlocked ? ['mlocked'] : []].join(' '),
        page: found.page, healthy: found.page === 1 ? 2 : found.page + 4,
    });
}
