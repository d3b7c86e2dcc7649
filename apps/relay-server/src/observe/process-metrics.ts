import { readdir, readFile } from "node:fs/promises";
import { Counter, Gauge, type Registry } from "prom-client";

/**
 * What Prometheus expects of every process, under the names that it expects. The library's own collection starts
 * observers that nothing stops, and has much more than an operator looks at.
 */
export function addProcessMetrics(registry: Registry): void {
  const registers = [registry];
  new Counter({
    name: "process_cpu_seconds_total",
    help: "Processor time that the process has used, in seconds.",
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Memory of the process that is in RAM, in bytes.",
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    name: "process_start_time_seconds",
    help: "When the process was started, in seconds since 1970.",
    registers,
  }).set(Math.round(performance.timeOrigin / 1e3));
  new Gauge({
    name: "process_open_fds",
    help: "Open file descriptors: connections, listeners and files. Absent where the system does not tell.",
    registers,
    async collect() {
      const open = await readdir("/proc/self/fd").catch(() => undefined);
      // One of them was for counting.
      setOrRemove(this, open && open.length - 1);
    },
  });
  new Gauge({
    name: "process_max_fds",
    help: "File descriptors that the process may have. With none left, new connections fail.",
    registers,
    async collect() {
      const limits = await readFile("/proc/self/limits", "utf8").catch(() => "");
      const [, soft] = /^Max open files +(\d+)/m.exec(limits) ?? [];
      setOrRemove(this, soft === undefined ? undefined : Number(soft));
    },
  });
}

function setOrRemove(gauge: Gauge, value: number | undefined): void {
  if (value === undefined) gauge.remove();
  else gauge.set(value);
}
