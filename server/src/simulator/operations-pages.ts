/** What the kernel does to single pages beside the handler: LRU, references, writeback, huge pages. */
import { demoteHugetlbFolio, releaseHugetlbFolio } from '../kernel/hugetlb/hugetlb-pool.js';
import { collapseHugePage } from '../kernel/mm/khugepaged.js';
import { folioAddLru, folioIsolateLru, folioMarkDirty, folioPutbackLru, lruAddDrainAll } from '../kernel/mm/lru.js';
import { folioPut, refillPerCpuList } from '../kernel/mm/page-alloc.js';
import { endWriteback, startWriteback } from '../kernel/mm/page-cache.js';
import { splitHugePage } from '../kernel/mm/thp.js';
import type { Errno } from '../kernel/kernel.js';
import type { Folio } from '../machine/mm-types.js';
import type { Operation } from './operation.js';
import { SILENT, type StepContext, called, noFrame } from './step-context.js';

/** An operation on the folio behind the target; nothing where no frame is. */
function onFolio(act: (context: StepContext, folio: Folio, pfn: number) => Errno): Operation {
    return (context) => {
        const pfn = context.pfn();
        return pfn === null ? noFrame(context) : called(act(context, context.kernel.machine.memory.folio(pfn), pfn));
    };
}

export const PAGE_OPERATIONS: Readonly<Record<string, Operation>> = {
    'isolate': onFolio(({ kernel }, folio) => folioIsolateLru(kernel, folio) ? '0' : 'EBUSY'),
    'putback': onFolio(({ kernel }, folio) => {
        folioPutbackLru(kernel, folio);
        return '0';
    }),
    'lru-add': onFolio(({ kernel }, folio) => {
        folioAddLru(kernel, folio);
        return '0';
    }),
    'lru-drain': onFolio(({ kernel }, folio) => {
        lruAddDrainAll(kernel, folio);
        return '0';
    }),
    'pcp-refill': onFolio(({ kernel }, folio, pfn) => {
        if (folio.pageType !== 'buddy') return 'EINVAL';
        refillPerCpuList(kernel, pfn);
        return '0';
    }),
    'mark-dirty': onFolio(({ kernel }, folio) => {
        folioMarkDirty(kernel, folio);
        return '0';
    }),
    'get': onFolio(({ kernel }, folio, pfn) => {
        folio.references += 1;
        folio.pins += 1;
        kernel.decide('folio_get', pfn);
        return '0';
    }),
    'put': onFolio(({ kernel }, folio, pfn) => {
        if (folio.pins === 0) return 'EINVAL';
        folio.pins -= 1;
        kernel.decide('folio_put', pfn);
        folioPut(kernel, folio);
        return '0';
    }),
    'start-writeback': onFolio(({ kernel }, folio) => startWriteback(kernel, folio)),
    'end-writeback': onFolio(({ kernel }, folio) => endWriteback(kernel, folio)),
    'split': onFolio(({ kernel }, folio, pfn) => splitHugePage(kernel, folio, pfn)),
    'collapse': (context) => {
        const range = context.range();
        const vma = range?.process.mm.find(range.page) ?? null;
        return vma === null || range === null ? SILENT : called(collapseHugePage(context.kernel, vma, range.page));
    },
    'dissolve': onFolio(({ kernel }, folio) => folio.hugetlb === null ? 'EINVAL' : releaseHugetlbFolio(kernel, folio)),
    'demote': onFolio(({ kernel }, folio) => folio.hugetlb === null ? 'EINVAL' : demoteHugetlbFolio(kernel, folio)),
};
