/** What a new scenario can start from: the bundled examples, and the shortest text that shows a result. */
export interface Template {
    readonly label: string;
    readonly detail: string;
    /** A file in examples/, or the text itself. */
    readonly from: { readonly example: string } | { readonly text: string };
}

const SHORTEST = `scenario "one error in a heap" {
    kernel 7.3
    memory 1 GiB

    process app {
        map heap = anon 16 KiB written
    }

    corrupt-pfn heap[2]
        expect MF_MSG_DIRTY_LRU MF_RECOVERED
}
`;

export const TEMPLATES: readonly Template[] = [
    { label: 'Shortest scenario', detail: 'One process, one page, one memory error.', from: { text: SHORTEST } },
    { label: 'Early kill', detail: 'A process that asked for early kill is told twice.', from: { example: '01-early-kill.hwp' } },
    { label: 'Delayed crash', detail: 'An ignored slab page, and the panic 67 seconds later.', from: { example: '02-delayed-crash.hwp' } },
    { label: 'Every answer', detail: 'The same kernel pages under every answer to the question when to panic.', from: { example: '03-every-answer.hwp' } },
    { label: 'Allocated under the handler', detail: 'A free page that is handed out while the error is handled.', from: { example: '04-allocated-under-the-handler.hwp' } },
    { label: 'Who is signalled', detail: 'Policies of threads, the sysctl, and what SIGBUS does.', from: { example: '05-who-is-signalled.hwp' } },
    { label: 'Page kinds', detail: 'Every kind of page: what memory_failure() makes of it.', from: { example: '06-page-kinds.hwp' } },
    { label: 'Testing interfaces', detail: 'hwpoison-inject with its filter, unpoison, soft offline.', from: { example: '07-testing-interfaces.hwp' } },
    { label: 'Machine checks', detail: 'What the grading of the error decides before memory_failure() is asked.', from: { example: '08-machine-checks.hwp' } },
    { label: 'Kexec', detail: 'What the next kernel knows of the bad frames.', from: { example: '09-kexec.hwp' } },
    { label: 'Many pages', detail: 'Every page of a host at once: what a random error does.', from: { example: '10-many-pages.hwp' } },
    { label: 'KVM guest', detail: 'An error behind a guest: the host, the VMM, the guest\'s own kernel.', from: { example: '11-kvm-guest.hwp' } },
];
