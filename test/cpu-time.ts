/** Milliseconds of processor time that this process has used: what a limit on work is held against, however busy the machine is. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
