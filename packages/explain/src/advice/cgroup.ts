import type { Advice } from '../explanation.js';
import { pastePath } from '../words.js';

const HELPED = 'oom_kill in memory.events (memory.oom_control in version 1) stops growing';

/** The group that holds all pods of a node, or all of one class: its limit is what the node may give to pods. */
// https://kubernetes.io/docs/tasks/administer-cluster/reserve-compute-resources/, "Enforcing Node Allocatable"
const ALL_PODS = /(?:^|\/)kubepods(?:\.slice)?(?:\/(?:kubepods-)?(?:burstable|besteffort)(?:\.slice)?)?$/;
const POD = /(?:^|[/-])pod([0-9a-f]{8}(?:[_-][0-9a-f]{4}){3}[_-][0-9a-f]{12})(?=[./]|$)/;

/** What runs containers names their cpusets by them: `docker-ID.scope`, `cri-containerd-ID.scope`, the id alone. */
const OF_CONTAINER = /(?:^|[-:])([0-9a-f]{12})[0-9a-f]{52}(?:\.scope)?$/;

/** A container of OpenVZ or Virtuozzo. */
const CONTAINER = /^UB (\d+)$/;

/**
 * What to do about a control group that reached its limit: a path of Kubernetes tells whose limit it is, and that what
 * is written into the group itself does not last.
 *
 * @param group - Its path, or `UB` and the number of a container; '' when it is not known.
 * @param cpuset - That of whoever asked; null when it is not known.
 */
export function higherLimit(group: string, cpuset: string | null): Advice[] {
  if (ALL_PODS.test(group)) {
    return [{
      id: 'node-allocatable', for: 'operator', text: 'All pods of the node together reached what it may give them (node allocatable), not one container its limit: find the pod that takes more than it requests, set requests that are true, or use a larger node.',
      command: 'kubectl top pods -A --sort-by=memory; kubectl describe nodes | grep -A8 Allocatable', verify: HELPED,
    }];
  }
  const pod = POD.exec(group)?.[1]?.replaceAll('_', '-');
  if (pod !== undefined) {
    return [{
      id: 'raise-cgroup-limit', for: 'operator', text: `Raise resources.limits.memory in the manifest of the pod with UID ${pod}, or find what grew in it. What is written to its control group does not last.`,
      command: `kubectl get pods -A -o custom-columns=NS:.metadata.namespace,POD:.metadata.name,UID:.metadata.uid | grep ${pod}`, verify: 'kubectl shows no new restart with OOMKilled',
    }];
  }
  const container = CONTAINER.exec(group)?.[1];
  if (container !== undefined) {
    return [{
      id: 'raise-cgroup-limit', for: 'operator', text: `Give container ${container} more memory on its host (physpages and swappages), or find what grew in it: the container itself can not change its limit.`,
      command: 'grep -E "uid|physpages|swappages|privvmpages" /proc/user_beancounters', persist: `vzctl set ${container} --ram SIZE --swap SIZE --save, on the host`, verify: 'failcnt in /proc/user_beancounters stops growing',
    }];
  }
  const id = group === '' ? OF_CONTAINER.exec(cpuset ?? '')?.[1] : undefined;
  if (id !== undefined) {
    return [{
      id: 'raise-cgroup-limit', for: 'operator', text: `Raise the memory limit of container ${id} or of the pod that it is in, or find what grew in it.`,
      command: `docker ps -a | grep ${id} || crictl ps -a --id ${id}`, verify: HELPED,
    }];
  }
  const path = pastePath(group);
  return [{
    id: 'raise-cgroup-limit', for: 'operator', text: `Raise the memory limit of ${group === '' ? 'the container' : group}, or find what grew in it.`,
    command: path === null ? 'systemd-cgtop -m' : `(cd /sys/fs/cgroup/memory${path} 2>/dev/null || cd /sys/fs/cgroup${path}; grep -s . memory.limit_in_bytes memory.max memory.stat)`, verify: HELPED,
  }];
}

/** How to tell the limit of a control group from a full machine, where the report does not. */
export function checkGroup(): Advice[] {
  return [{
    id: 'check-cgroup', for: 'operator', text: 'See first which it was: "Memory cgroup out of memory" and CONSTRAINT_MEMCG mean the limit of a group, "Out of memory" and CONSTRAINT_NONE the machine.',
    command: 'journalctl -k | grep -iE "oom-kill:constraint|out of memory:"',
  }];
}
