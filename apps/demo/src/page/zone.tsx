import type { ZoneView } from '@nopage/machine';
import { bytesOfPages, count } from './numbers.js';

interface ZoneProps {
  readonly zone: ZoneView;
  readonly mobilities: readonly string[];
  /** The order that the driver is asking for: its column is marked. */
  readonly neededOrder: number;
}

/** A zone: how much is free against its watermarks, and in what pieces. */
export function Zone({ zone, mobilities, neededOrder }: ZoneProps) {
  const orders = zone.freeBlocks.map((_, order) => order);
  return (
    <article class="zone" aria-label={`Zone ${zone.name}`}>
      <h2>
        {zone.name} <span class="quiet">{bytesOfPages(zone.managedPages)}</span>
      </h2>
      <Gauge zone={zone} />
      <p class="quiet">Free blocks by order; the shade is a cell’s share of the zone’s free memory.</p>
      <div class="scroll" tabIndex={0} role="region" aria-label={`Free blocks of ${zone.name}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">order</th>
              {orders.map((order) => (
                <th key={order} scope="col" class={order === neededOrder ? 'needed' : ''}>
                  {order}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {mobilities.map((mobility, m) => (
              <tr key={mobility}>
                <th scope="row" class={`mobility m${m}`}>
                  {mobility}
                </th>
                {orders.map((order) => (
                  <Cell key={order} blocks={zone.freeBlocks[order]?.[m] ?? 0} order={order} freePages={zone.freePages} mobility={m} />
                ))}
              </tr>
            ))}
            <tr class="unusable">
              <th scope="row">unusable</th>
              {orders.map((order) => (
                <td key={order}>{Math.round((zone.unusable[order] ?? 0) * 100)}%</td>
              ))}
            </tr>
          </tbody>
        </table>
      </div>
    </article>
  );
}

function Cell({ blocks, order, freePages, mobility }: { readonly blocks: number; readonly order: number; readonly freePages: number; readonly mobility: number }) {
  const share = freePages > 0 ? Math.min(1, (blocks * 2 ** order) / freePages) : 0;
  return (
    <td class={`cell m${mobility}${blocks === 0 ? ' none' : ''}`} style={{ '--share': share.toFixed(3) }}>
      {blocks}
    </td>
  );
}

/** Free pages as a bar, on a scale where the watermarks can be told apart. */
function Gauge({ zone }: { readonly zone: ZoneView }) {
  const top = Math.max(1, zone.highPages * 3, Math.min(zone.freePages, zone.highPages * 6));
  const at = (pages: number): string => `${Math.min(100, (pages * 100) / top).toFixed(2)}%`;
  const state = zone.freePages <= zone.minPages ? 'under' : zone.freePages <= zone.lowPages ? 'low' : '';
  return (
    <div class="gauge">
      <div class="track">
        <div class={`free ${state}`} style={{ width: at(zone.freePages) }} />
        {(['min', 'low', 'high'] as const).map((mark) => (
          <i key={mark} class="mark" style={{ left: at(zone[`${mark}Pages`]) }} title={mark} />
        ))}
      </div>
      <p>
        <b>{count(zone.freePages)}</b> free <span class="quiet">pages; min</span> {count(zone.minPages)} <span class="quiet">low</span>{' '}
        {count(zone.lowPages)} <span class="quiet">high</span> {count(zone.highPages)}
        {zone.boostPages > 0 && (
          <>
            {' '}
            <span class="quiet">boost</span> {count(zone.boostPages)}
          </>
        )}{' '}
        <span class="quiet">on per-CPU lists</span> {count(zone.freePcpPages)}
      </p>
    </div>
  );
}
