/** Time that this thread has computed, in milliseconds: the same on a busy machine as on an idle one, or nearly so. */
export function cpuTimeMs(): number {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
}
