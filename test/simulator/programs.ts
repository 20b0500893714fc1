import type { MachineSpec, MappingSpec, ProcessSpec, Program, Step } from '../../server/src/simulator/program.js';

/** A machine of 1 GiB with nothing on it. */
export function machine(more: Partial<MachineSpec> = {}): MachineSpec {
    return {
        ramBytes: 2 ** 30, cpus: 2, cpuVendor: 'intel', holes: [], offline: [], nodes: [], config: {}, sysctls: {}, filters: {}, thp: 'always', hugetlbPools: [], swaps: [], cgroups: [], pmems: [],
        filesystems: [], files: [], regions: [], processes: [], frames: [], pins: [], running: [], ...more,
    };
}

export function mapping(name: string, more: Partial<MappingSpec> = {}): MappingSpec {
    return {
        name, source: 0, from: { kind: 'anon' }, pageCount: 4, shared: false, protection: 'write', touched: 'written', content: '', folioBytes: 4096, mlocked: false, lazyFree: false, swap: 'none', uffdPoison: false, ...more,
    };
}

export function process(name: string, mappings: readonly MappingSpec[], more: Partial<ProcessSpec> = {}): ProcessSpec {
    return { name, source: 0, comm: name, capSysAdmin: true, sigbus: 'longjmp', threads: [{ name: '', source: 0, policy: 'default', sigbusBlocked: false }], mappings, ...more };
}

export function step(op: string, args: Step['args'] = {}, actor = 'root'): Step {
    return { op, args, actor, source: 0, timeNs: 0 };
}

export function program(spec: MachineSpec, steps: readonly Step[]): Program {
    return {
        title: 'test', source: 0, sources: [], kernel: { written: '7.3', version: '7.3', proposals: [] }, arch: 'x86-64', pageShift: 12, machine: spec, steps, expectations: [], notModelled: [],
    };
}

/** Page of a mapping. */
export function at(process: string, mapping: string, page: number, pageCount = 1): { kind: 'mapping'; process: string; mapping: string; page: number; pageCount: number; byteOffset: number } {
    return { kind: 'mapping', process, mapping, page, pageCount, byteOffset: 0 };
}
