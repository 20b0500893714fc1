/** What differs between the machines that are emulated, as data: one row an architecture. */
import type { ArchitectureName } from '../../vocabulary/architectures.js';

/** CONFIG_ option that must be built in, and what for. */
export interface RequiredOption { readonly name: string; readonly for: string }

export interface MachineType {
    readonly arch: ArchitectureName;
    /** As Node calls it: on such a host the compiler is the host's own. */
    readonly host: string;
    /** Has it been run with KVM, on such a host? */
    readonly hasKvm: boolean;
    /** In words: what the kernel boots on. */
    readonly words: string;
    readonly emulator: {
        readonly command: string;
        /** Names another one, in the environment. */
        readonly variable: string;
        /** Of Debian. */
        readonly packageName: string;
        /** In the cache, where the package is unpacked. */
        readonly folder: string;
    };
    /** For the agent, where the host is another machine. */
    readonly crossCompiler: { readonly command: string; readonly variable: string; readonly packages: string };
    /** Arguments of QEMU, without memory and disks. */
    readonly machine: readonly string[];
    /** The device of the port that the agent speaks on, as QEMU's arguments, and in the guest. The chardev is called `agent`. */
    readonly agentDevice: readonly string[];
    readonly agentPort: string;
    /** Boot parameters of every machine. */
    readonly parameters: string;
    /** The machine whose firmware hands over records of errors, where the emulator has the command that injects them; null: there is none. */
    readonly recording: {
        readonly machine: readonly string[];
        /** Of QMP. */
        readonly command: string;
        /** The first version that was seen to have it. */
        readonly since: string;
        /** Where Debian's package puts the firmware, below the root or the folder of the cache; the variable names another file. */
        readonly firmware: string;
        readonly packageName: string;
        readonly variable: string;
    } | null;
    readonly options: readonly RequiredOption[];
    /** Where RAM begins, bytes. */
    readonly ramStartBytes: number;
    /** The firmware keeps so many bytes at the end of RAM. */
    readonly firmwareBytes: number;
    /** The largest huge page that the memory has room for, log2 bytes. */
    readonly hugetlbShifts: readonly number[];
    /** Can the monitor inject machine checks? */
    readonly hasMachineChecks: boolean;
    /** Are the windows of races found in its code? */
    readonly hasRaces: boolean;
    /** The image that a build leaves. */
    readonly image: { readonly kind: string; readonly path: string };
}

/** Bytes of RAM of every guest. */
export const RAM_BYTES = 2 ** 30;

const COMMON = 'quiet panic=0 nokaslr printk.devkmsg=on secretmem.enable=1';

export const MACHINE_TYPES: Readonly<Record<ArchitectureName, MachineType>> = {
    'x86-64': {
        arch: 'x86-64', host: 'x64', hasKvm: true, words: 'a PC',
        emulator: { command: 'qemu-system-x86_64', variable: 'HWP_QEMU', packageName: 'qemu-system-x86', folder: 'qemu' },
        crossCompiler: { command: 'x86_64-linux-gnu-gcc', variable: 'HWP_CC_X86_64', packages: 'gcc-x86-64-linux-gnu and libc6-dev-amd64-cross' },
        // Intel, with the local machine check; plain `max` is an AMD processor where nothing accelerates.
        machine: ['-cpu', 'max,vendor=GenuineIntel,family=6,model=106,stepping=6,lmce=on'],
        agentDevice: ['-serial', 'chardev:agent'], agentPort: 'ttyS1',
        parameters: `console=ttyS0,115200 ${COMMON} no5lvl no_timer_check`,
        recording: null,
        options: [{ name: 'SERIAL_8250', for: 'what the agent says' }, { name: 'SERIAL_8250_CONSOLE', for: 'the console' }],
        ramStartBytes: 0, firmwareBytes: 0x2_0000, hugetlbShifts: [21],
        hasMachineChecks: true, hasRaces: true,
        image: { kind: 'a bzImage', path: 'arch/x86/boot/bzImage' },
    },
    arm64: {
        arch: 'arm64', host: 'arm64', hasKvm: false, words: 'the machine virt of QEMU',
        emulator: { command: 'qemu-system-aarch64', variable: 'HWP_QEMU_ARM64', packageName: 'qemu-system-arm', folder: 'qemu-arm64' },
        crossCompiler: { command: 'aarch64-linux-gnu-gcc', variable: 'HWP_CC_ARM64', packages: 'gcc-aarch64-linux-gnu and libc6-dev-arm64-cross' },
        // No pointer authentication, which takes long to emulate, and addresses of 48 bits.
        machine: ['-machine', 'virt', '-cpu', 'neoverse-n1'],
        // The second serial port of the machine is there only since QEMU 9.1.
        agentDevice: ['-device', 'virtio-serial-pci', '-device', 'virtconsole,chardev=agent'], agentPort: 'hvc0',
        parameters: `console=ttyAMA0 ${COMMON}`,
        recording: {
            machine: ['-machine', 'virt,ras=on,acpi=on', '-cpu', 'neoverse-n1'], command: 'inject-ghes-v2-error', since: '11.1',
            firmware: 'usr/share/qemu-efi-aarch64/QEMU_EFI.fd', packageName: 'qemu-efi-aarch64', variable: 'HWP_EFI_ARM64',
        },
        options: [
            { name: 'SERIAL_AMBA_PL011', for: 'the console' }, { name: 'SERIAL_AMBA_PL011_CONSOLE', for: 'the console' },
            { name: 'PCI_HOST_GENERIC', for: 'what the agent says' }, { name: 'VIRTIO_PCI', for: 'what the agent says' }, { name: 'VIRTIO_CONSOLE', for: 'what the agent says' },
        ],
        ramStartBytes: 2 ** 30, firmwareBytes: 0, hugetlbShifts: [16, 21, 25],
        hasMachineChecks: false, hasRaces: false,
        image: { kind: 'an Image', path: 'arch/arm64/boot/Image' },
    },
};
