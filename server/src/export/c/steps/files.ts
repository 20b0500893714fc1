/** Steps on files, and on what root reads and writes. */
import { createPath, fileDescriptor, filePath } from '../files.js';
import { CannotMake } from '../source.js';
import { character, quoted } from '../text.js';
import type { Place } from '../../../simulator/program.js';
import type { StepScope, StepWriter } from './scope.js';

function filePlace(scope: StepScope): Place & { kind: 'file' } {
    const place = scope.place();
    if (place.kind !== 'file') throw new CannotMake(`step ${scope.step.op}`, 'a page that is not named as one of a file');
    return place;
}

function descriptor(scope: StepScope, name = 'description'): string {
    return fileDescriptor(scope.c, scope.text(name) ?? '', scope.step.actor);
}

function byteOffset(scope: StepScope): string {
    const place = filePlace(scope);
    return [...place.page === 0 ? [] : [place.page === 1 ? 'page_size' : `${place.page} * page_size`], ...place.byteOffset === 0 ? [] : [`0x${place.byteOffset.toString(16)}`]].join(' + ') || '0';
}

function call(make: (scope: StepScope) => string, ...includes: readonly string[]): StepWriter {
    return (scope) => {
        scope.c.use('returned');
        for (const each of includes) scope.c.includes.add(each);
        return scope.by(`returned(${make(scope)});`);
    };
}

/** sendfile() goes anywhere; copy_file_range() wants a file of the same kind. */
function copying(byRange: 0 | 1): StepWriter {
    return (scope) => {
        const { c } = scope;
        const place = filePlace(scope);
        c.use('copy_out');
        const fd = fileDescriptor(c, place.file, scope.step.actor);
        const path = c.paths.get(place.file);
        if (byRange === 1 && path !== undefined) {
            c.includes.add('fcntl.h').add('stdio.h');
            const name = scope.helperFunction('copy_', ['char path[300];', '', `snprintf(path, sizeof(path), "%s-copy", ${path});`, `copy_out(open(path, O_RDWR | O_CREAT, 0600), ${fd}, ${byteOffset(scope)}, ${scope.transfer()}, 1);`]);
            return scope.by(`${name}();`);
        }
        return scope.by(`copy_out(memfd_create("copy", 0), ${fd}, ${byteOffset(scope)}, ${scope.transfer()}, ${byRange});`);
    };
}

export const FILE_WRITERS: Readonly<Record<string, StepWriter>> = {
    'open': (scope) => {
        const { c } = scope;
        const name = scope.text('as') ?? scope.text('file') ?? '';
        const file = fileDescriptor(c, scope.text('file') ?? '', scope.step.actor);
        c.use('open_again', 'returned');
        const variable = c.named('', `${name}_fd`);
        c.globals.add(`static int ${variable};`);
        c.descriptors.set(name, { variable, owner: scope.step.actor, file: scope.text('file') ?? '' });
        return scope.by(`${variable} = open_again(${file});`, `returned(${variable} < 0 ? -1 : 0);`);
    },
    'creat': (scope) => {
        const { c } = scope;
        const name = scope.text('as') ?? 'new';
        const path = createPath(c, name, scope.text('filesystem') ?? '');
        const variable = c.named('', `${name}_fd`);
        c.globals.add(`static int ${variable};`);
        c.descriptors.set(name, { variable, owner: scope.step.actor, file: name });
        c.use('returned');
        c.includes.add('fcntl.h');
        return scope.by(`${variable} = open(${path}, O_RDWR | O_CREAT | O_EXCL, 0600);`, `returned(${variable} < 0 ? -1 : 0);`);
    },
    'close': call((scope) => `close(${descriptor(scope)})`, 'unistd.h'),
    'pread': (scope) => {
        scope.c.use('read_at');
        return scope.by(`read_at(${fileDescriptor(scope.c, filePlace(scope).file, scope.step.actor)}, ${byteOffset(scope)}, ${scope.transfer()});`);
    },
    'pwrite': (scope) => {
        const text = scope.text('content') ?? 'n';
        const fd = fileDescriptor(scope.c, filePlace(scope).file, scope.step.actor);
        if (text.length > 1) return call(() => `pwrite(${fd}, ${quoted(text)}, ${text.length}, ${byteOffset(scope)})`, 'unistd.h')(scope);
        scope.c.use('write_at');
        const rest = scope.number('length') ?? scope.pageCount() * scope.c.pageBytes - filePlace(scope).byteOffset;
        return scope.by(`write_at(${fd}, ${byteOffset(scope)}, ${character(text)}, ${scope.bytes(rest)});`);
    },
    'splice': (scope) => {
        scope.c.use('splice_out');
        return scope.by(`splice_out(${fileDescriptor(scope.c, filePlace(scope).file, scope.step.actor)}, ${byteOffset(scope)}, ${scope.transfer()});`);
    },
    'sendfile': copying(0),
    'copy_file_range': copying(1),
    'lseek': (scope) => {
        scope.c.defines.add('#ifndef SEEK_DATA\n#define SEEK_DATA\t3\n#define SEEK_HOLE\t4\n#endif');
        return call(() => `lseek(${fileDescriptor(scope.c, filePlace(scope).file, scope.step.actor)}, ${byteOffset(scope)}, ${scope.text('whence') ?? 'SEEK_DATA'})`, 'unistd.h')(scope);
    },
    'fsync': call((scope) => `fsync(${descriptor(scope)})`, 'unistd.h'),
    'syncfs': call((scope) => `syncfs(${descriptor(scope)})`, 'unistd.h'),
    'msync': (scope) => {
        scope.c.use('returned');
        scope.c.includes.add('sys/mman.h');
        return { task: [`returned(msync(${scope.address()}, ${scope.length()}, MS_SYNC));`] };
    },
    'fallocate': (scope) => {
        scope.c.defines.add('#ifndef FALLOC_FL_KEEP_SIZE\n#define FALLOC_FL_KEEP_SIZE\t1\n#endif').add('#ifndef FALLOC_FL_PUNCH_HOLE\n#define FALLOC_FL_PUNCH_HOLE\t2\n#endif');
        const mode = scope.text('mode') === 'ALLOCATE_RANGE' ? '0' : 'FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE';
        return call(() => `fallocate(${fileDescriptor(scope.c, filePlace(scope).file, scope.step.actor)}, ${mode}, ${byteOffset(scope)}, ${scope.length()})`, 'fcntl.h')(scope);
    },
    'ftruncate': (scope) => call(() => `ftruncate(${descriptor(scope, 'file')}, ${scope.bytes(scope.number('length') ?? 0)})`, 'unistd.h')(scope),
    'unlink': (scope) => {
        fileDescriptor(scope.c, scope.text('file') ?? '');
        return call(() => `unlink(${filePath(scope.c, scope.text('file') ?? '')})`, 'unistd.h')(scope);
    },
    'writeback': (scope) => {
        const place = filePlace(scope);
        scope.c.use('returned');
        scope.c.includes.add('fcntl.h');
        return { test: [`returned(sync_file_range(${fileDescriptor(scope.c, place.file)}, ${byteOffset(scope)}, ${scope.length()},`, '\t\t\t\t SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER));'] };
    },
    'drop_caches': (scope) => {
        scope.c.use('write_file', 'returned');
        return { test: ['returned(write_file("/proc/sys/vm/drop_caches", "1"));'] };
    },
    'swapoff': (scope) => {
        if (!scope.c.uses('swap_file')) throw new CannotMake('step swapoff', 'there is no swap area');
        scope.c.use('returned');
        return { test: ['returned(swapoff(swap_path));'] };
    },
    'kpageflags': (scope) => {
        scope.c.use('kpageflags', 'returned');
        return { test: [`printf("# kpageflags 0x%llx\\n", kpageflags(${scope.frame()}));`, 'returned(0);'] };
    },
    'hugepages': (scope) => {
        const { c } = scope;
        c.use('hugepages_count', 'returned', 'shared');
        c.fields.set('text', 'char text[256]');
        c.includes.add('stdio.h').add('string.h');
        const which = scope.text('which');
        const print = which === undefined ? ['snprintf(sh->text, sizeof(sh->text), "total=%ld free=%ld",', '\t hugepages("nr_hugepages"), hugepages("free_hugepages"));'] : [`snprintf(sh->text, sizeof(sh->text), "%ld", hugepages("${which}"));`];
        return { test: [...print, 'returned(0);'] };
    },
};
