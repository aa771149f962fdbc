import type { Advice } from '../explanation.js';
import type { Facts } from '../facts.js';
import { sizeText } from '../words.js';

const FILLS = /^(?:_*(?:netdev|napi)_alloc_(?:skb|frag)\w*|_*dev_alloc_skb|page_pool_\w+|try_fill_recv|rx_submit|receive_buf|(?:\w*_)?\w*rxq?(?:buf|ring)?(?:_\w+)?)$/;
/** Where a packet has left the driver: what asks above this is not the ring. */
const PROTOCOL = /^(?:net_rx_action|ip6?_\w+|ipv6_\w+|tcp_\w+|udp_\w+|nf_\w+|br_\w+|_*netif_(?:receive|rx)\w*|process_backlog|(?:napi|dev)_gro_receive|skb_(?:clone|copy|segment)\w*|pskb_\w+|sk_\w+)$/;

/** Does a driver ask for the buffers of its receive ring? */
function fillsRing({ path, frames: { own } }: Facts): boolean {
  if (path?.role !== 'network-receive') return false;
  const left = own.findIndex((name) => PROTOCOL.test(name));
  return (left < 0 ? own : own.slice(0, left)).some((name) => FILLS.test(name)) || own.length === 0;
}

/** For a receive path only: smaller buffers, smaller rings, page-based drivers. */
export function receiveAdvice(facts: Facts): Advice[] {
  const { order, pageBytes } = facts;
  if (!fillsRing(facts)) return [];
  const advice: Advice[] = [];
  if (order !== null && order > 0 && facts.frames.all.includes('rx_submit') && (facts.module === null || /^(?:usbnet|smsc\w+)$/.test(facts.module))) {
    advice.push({
      id: 'usbnet-turbo-off', for: 'operator',
      text: 'This is a USB network adapter that asks for large receive buffers; without its turbo mode they are small (smsc95xx.turbo_mode=N, likewise smsc75xx).',
      persist: 'smsc95xx.turbo_mode=N on the kernel command line', cost: 'some throughput', verify: 'reports show a lower order, or none come',
    });
  }
  if (order !== null && order > 0) {
    advice.push({
      id: 'lower-mtu', for: 'operator',
      text: `The receive buffer is one block of ${sizeText(2 ** order * pageBytes)}. With MTU 1500, or with the driver's scatter or page-based receive mode, it fits in single pages.`,
      command: 'ip link set dev IFACE mtu 1500', persist: 'the MTU in the configuration of the interface',
      cost: 'more packets for the same bytes; every host on the link must agree', verify: 'later reports, if any, are of order 0',
    });
    advice.push({
      id: 'order0-receive', for: 'developer',
      text: `Receive into order-0 pages (page_pool, skb fragments) instead of blocks of order ${order}: nothing guarantees those to a caller that can not wait.`,
    });
  } else {
    advice.push({
      id: 'shrink-rx-ring', for: 'operator',
      text: 'If the ring of the card was enlarged, make it smaller: each refill then asks for less at a time.',
      command: 'ethtool -g IFACE; ethtool -G IFACE rx 512', persist: 'the same in the configuration of the interface',
      cost: 'longer bursts may overflow the ring', verify: 'rx_no_buffer and rx_dropped in `ethtool -S IFACE` stop growing',
    });
  }
  return advice;
}
