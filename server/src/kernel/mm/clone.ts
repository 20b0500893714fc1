/** New tasks that share an address space with the one that makes them. */
import { Process, Thread } from '../../machine/mm-types.js';
import type { Kernel } from '../kernel.js';

/** What every new task takes from its creator: the kill policy, the signal mask and the capabilities. Follows dup_task_struct() and copy_process(). */
function inherit(task: Thread, from: Thread): void {
    task.mceProcess = from.mceProcess;
    task.mceEarly = from.mceEarly;
    task.sigbusBlocked = from.sigbusBlocked;
    task.capSysAdmin = from.capSysAdmin;
}

/** pthread_create(): a thread with the creator's policy, mask and name. Follows clone(CLONE_VM | CLONE_SIGHAND | CLONE_THREAD). */
export function createThread(kernel: Kernel, creator: Thread, name: string): Thread {
    const { machine } = kernel;
    const thread = new Thread(creator.process, name, creator.comm, machine.nextPid);
    machine.nextPid += 1;
    inherit(thread, creator);
    creator.process.threads.push(thread);
    kernel.decide('copy_process', undefined, `${thread.label}, tid ${thread.tid}`);
    return thread;
}

/**
 * A process of its own in the same address space. Follows clone(CLONE_VM).
 * @param vfork the creator waits until the new process ends or runs another program (CLONE_VFORK)
 */
export function cloneVm(kernel: Kernel, creator: Thread, name: string, vfork: boolean): Process {
    const { machine } = kernel;
    const { process } = creator;
    const twin = new Process(name, creator.comm, machine.nextPid, 0, process.mm);
    machine.nextPid += 1;
    Object.assign(twin, { cgroupInode: process.cgroupInode, sigbus: process.sigbus, handlerExitStatus: process.handlerExitStatus, runtime: process.runtime });
    const thread = new Thread(twin, '', creator.comm, twin.pid);
    inherit(thread, creator);
    twin.threads.push(thread);
    for (const [name, description] of process.descriptors) twin.descriptors.set(name, description);
    if (vfork) creator.waitsFor = twin;
    machine.processes.push(twin);
    kernel.decide('copy_process', undefined, `${name}, pid ${twin.pid}, the same address space`);
    return twin;
}

/** Does another process that lives use the same address space? */
export function sharesMm({ machine }: Kernel, process: Process): boolean {
    return machine.processes.some((other) => other !== process && other.alive && other.mm === process.mm);
}

/** Whoever waits in vfork() for the process goes on. Follows mm_release() and complete_vfork_done(). */
export function completeVfork(kernel: Kernel, process: Process): void {
    for (const { threads } of kernel.machine.processes) {
        for (const thread of threads) {
            if (thread.waitsFor !== process) continue;
            thread.waitsFor = null;
            kernel.decide('complete_vfork_done', undefined, thread.label);
        }
    }
}
