/** What a new scenario can start from: one scenario of a bundled example, or the shortest text that shows a result. */
export interface Story {
    readonly label: string;
    readonly detail: string;
    /** A scenario of a file in examples/ by its title, or the text itself. */
    readonly from: { readonly example: string; readonly scenario: string } | { readonly text: string };
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

/** The one that a walkthrough opens where no file is open. */
export const FIRST_STORY: Story = { label: 'Early kill', detail: 'A process that asked for early kill is told twice.', from: { example: '01-early-kill.hwp', scenario: 'early kill' } };

export const STORIES: readonly Story[] = [
    { label: 'Shortest scenario', detail: 'One process, one page, one memory error.', from: { text: SHORTEST } },
    FIRST_STORY,
    { label: 'Delayed crash', detail: 'An ignored slab page, and the panic 67 seconds later.', from: { example: '02-delayed-crash.hwp', scenario: 'multi-bit ECC in a dentry slab page' } },
    { label: 'Every answer', detail: 'The same kernel page under every answer to the question when to panic.', from: { example: '03-every-answer.hwp', scenario: 'what each version of the panic sysctl does to a slab page' } },
    { label: 'Allocated under the handler', detail: 'A free page that is handed out while the error is handled.', from: { example: '04-allocated-under-the-handler.hwp', scenario: 'buddy page allocated under the handler' } },
    { label: 'Who is signalled', detail: 'Two processes share a page: one asked for early kill.', from: { example: '05-who-is-signalled.hwp', scenario: 'one early, one late' } },
    { label: 'Page of a file', detail: 'A dirty page that was not written back: the data are lost.', from: { example: '06-page-kinds.hwp', scenario: 'dirty page of a file' } },
    { label: 'Huge page', detail: 'A transparent huge page that is split around the bad page.', from: { example: '06-page-kinds.hwp', scenario: 'transparent huge page that can be split' } },
    { label: 'Soft offline', detail: 'A page is moved away before it fails.', from: { example: '07-testing-interfaces.hwp', scenario: 'soft offline' } },
    { label: 'Machine check', detail: 'The processor has read the bad page: action required.', from: { example: '08-machine-checks.hwp', scenario: 'action required in user mode' } },
    { label: 'Kexec', detail: 'What the next kernel knows of the bad frame.', from: { example: '09-kexec.hwp', scenario: 'poison survives two kexecs' } },
    { label: 'Every page of a host', detail: 'What a random error does, in shares.', from: { example: '10-many-pages.hwp', scenario: 'what would a random uncorrected error do to this host' } },
    { label: 'KVM guest', detail: 'An error behind a guest: the host, the VMM, the guest\'s own kernel.', from: { example: '11-kvm-guest.hwp', scenario: 'found in the background, forwarded into the guest' } },
];
