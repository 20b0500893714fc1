/** File systems and files: states that the file system can have. */
import type { AstNode } from 'langium';
import { FILESYSTEMS, type Filesystem, type FilesystemType } from '../../vocabulary/filesystems.js';
import { bytesWords } from '../../vocabulary/units.js';
import type { FileSpec } from '../lowering/program-types.js';
import type { Context } from '../lowering/context.js';
import { log2 } from '../lowering/word/powers.js';
import { mustBeOnKernel } from './kernel-words.js';

/** File systems that can be mounted `-o dax`. */
const DAX_TYPES = ['ext2', 'ext4', 'xfs', 'fuse'];

export function filesystemMustSupportDax({ facts, issues }: Context): void {
    for (const { spec, node } of facts.filesystems) {
        if (spec.huge && spec.type !== 'tmpfs') {
            issues.report('file/state-impossible', node, `\`huge\` is a mount option of tmpfs; ${spec.type} has none.`);
        }
        if (spec.dax === undefined || spec.type === 'devdax') {
            continue;
        }
        const pmem = facts.pmems.find((declared) => declared.spec.name === spec.dax);
        if (pmem === undefined) {
            issues.report('filesystem/dax-unsupported', node, `\`${spec.dax}\` is no persistent memory. Declare it: \`pmem ${spec.dax} = 64 MiB at phys 0x80000000 fsdax\`.`, { data: { settings: [`pmem ${spec.dax} = 64 MiB at phys 0x80000000 fsdax`] } });
        } else if (pmem.spec.mode !== 'fsdax') {
            issues.report('filesystem/dax-unsupported', node, `\`${spec.dax}\` is ${pmem.spec.mode}; a file system with DAX needs \`fsdax\`.`);
        } else if (!DAX_TYPES.includes(spec.type)) {
            issues.report('filesystem/dax-unsupported', node, `${spec.type} cannot be mounted \`-o dax\`. Use ${DAX_TYPES.slice(0, -1).join(', ')} or ${DAX_TYPES[DAX_TYPES.length - 1]}.`, { data: { values: DAX_TYPES } });
        }
    }
}

export function fileMustHaveItsFilesystemsType({ facts, issues }: Context): void {
    for (const { spec, node } of facts.files) {
        const filesystem = facts.filesystems.find((declared) => declared.spec.name === spec.filesystem);
        if (filesystem !== undefined && filesystem.spec.type !== spec.type) {
            issues.report('file/type-mismatch', node, `\`${filesystem.spec.name}\` is ${filesystem.spec.type}, so its files are too: write \`file ${spec.name} = ${filesystem.spec.type} ...\`.`, { data: { values: [filesystem.spec.type] } });
        }
    }
}

export function fileMustExistOnKernel(context: Context): void {
    for (const { spec, node } of [...context.facts.files, ...context.facts.filesystems]) {
        mustBeOnKernel(spec.type, FILESYSTEMS[spec.type as FilesystemType], 'file/not-on-kernel', node, context);
    }
}

export function fileMustBeInAPossibleState(context: Context): void {
    for (const { spec, node } of context.facts.files) {
        const reason = impossibleState(spec, FILESYSTEMS[spec.type as FilesystemType]);
        if (reason !== undefined) {
            context.issues.report('file/state-impossible', node, reason);
        }
        if (spec.content.length > 1 && spec.content.length > Math.max(1, Math.ceil(spec.bytes / context.pageBytes))) {
            context.issues.report('file/state-impossible', node, `The file has ${Math.ceil(spec.bytes / context.pageBytes)} pages, but \`content\` has ${spec.content.length} letters: one a page.`);
        }
    }
}

function impossibleState(spec: FileSpec, row: Filesystem): string | undefined {
    if (row.writeErrno === 'EROFS' && (spec.cached === 'dirty' || spec.cached === 'writeback')) {
        return `${spec.type} is read-only: its pages are never ${spec.cached === 'dirty' ? 'dirty' : 'written back'}.`;
    }
    if (spec.cached === 'writeback' && !row.writeback) {
        return `${spec.type} has no device that pages are written back to. Use \`dirty\`.`;
    }
    if (spec.locked && row.errorRemoveFolio !== 'shmem') {
        return `Only shared memory can be SHM_LOCKed; ${spec.type} is none. Use \`sysv-shm\`, or \`mlocked\` on a mapping.`;
    }
    if (spec.held && !row.buffers) {
        return `Pages of ${spec.type} carry no buffers that the file system could hold.`;
    }
    return undefined;
}

export function folioMustBeSupported(context: Context): void {
    const { pageBytes, issues, facts } = context;
    for (const { spec, node } of facts.files) {
        const row: Filesystem = FILESYSTEMS[spec.type as FilesystemType];
        if (row.hugetlb) {
            hugePageMustExist(spec, node, context);
        } else if (spec.folioBytes > pageBytes && !row.dax) {
            const shift = log2(spec.folioBytes);
            const since = row.largeFoliosSince;
            if (shift === undefined) {
                issues.report('file/folio-unsupported', node, `A folio of ${bytesWords(spec.folioBytes)} does not exist: its size is a power of two. Choose such a size.`);
            } else if (!row.largeFolios) {
                issues.report('file/folio-unsupported', node, `${spec.type} has folios of one page only. Remove \`folio\`.`);
            } else if (since !== undefined) {
                mustBeOnKernel(`large folios of ${spec.type}`, { since }, 'file/not-on-kernel', node, context);
            }
        } else if (spec.folioBytes < pageBytes) {
            issues.report('file/folio-unsupported', node, `A folio has at least one page, ${bytesWords(pageBytes)}. Make it larger.`);
        }
    }
}

function hugePageMustExist(spec: FileSpec, node: AstNode, { issues, facts }: Context): void {
    if (log2(spec.folioBytes) === undefined || !facts.pools.some((pool) => 2 ** pool.spec.shift === spec.folioBytes)) {
        if (spec.cached !== 'absent') {
            issues.report('hugetlb/page-size', node, `Huge pages of ${bytesWords(spec.folioBytes)} do not exist. A file of huge pages gives their size and how many: \`file ${spec.name} = ${spec.type} 2 MiB 4 pages\`.`);
        }
    }
}
