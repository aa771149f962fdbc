import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { ZoneView } from '@nopage/machine';
import { history, type Sample } from './live.js';
import { bytesOfPages, count } from './numbers.js';

const HEIGHT_PX = 160;

/** Free memory and refusals over the last minutes; the sentence below says the same in words. */
export function Chart({ zones }: { readonly zones: readonly ZoneView[] }) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const drawn = new uPlot(options(element.clientWidth), series(history.value), element);
    plot.current = drawn;
    const resized = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      drawn.destroy();
      plot.current = null;
    };
  }, []);
  useSignalEffect(() => plot.current?.setData(series(history.value)));
  const free = zones.reduce((sum, zone) => sum + zone.freePages, 0);
  const high = zones.reduce((sum, zone) => sum + zone.highPages, 0);
  return (
    <figure class="chart">
      <div ref={host} aria-hidden="true" />
      <figcaption class="quiet">
        <span class="key free" /> Free memory: {bytesOfPages(free)} now; the high watermarks add up to {bytesOfPages(high)}. <span class="key refused" /> Refusals since the sample
        before.
      </figcaption>
    </figure>
  );
}

/** Time in seconds, free MiB, refusals since the sample before. */
function series(samples: readonly Sample[]): uPlot.AlignedData {
  return [
    samples.map(({ atMs }) => atMs / 1000),
    samples.map(({ freePages }) => (freePages * 4) / 1024),
    samples.map(({ refused }, index) => refused - (samples[index - 1]?.refused ?? refused)),
  ];
}

function options(width: number): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue('--quiet');
  const axis = { stroke: ink, grid: { stroke: style.getPropertyValue('--line'), width: 1 }, ticks: { show: false } };
  return {
    width,
    height: HEIGHT_PX,
    cursor: { show: false },
    legend: { show: false },
    scales: { x: { time: false }, refused: { range: (_plot, _min, max) => [0, Math.max(4, max)] } },
    axes: [
      { ...axis, values: (_plot, ticks) => ticks.map((tick) => `${tick} s`) },
      { ...axis, size: 64, values: (_plot, ticks) => ticks.map((tick) => `${count(tick)} MiB`) },
      // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- uPlot names its sides in an ambient const enum, which isolated modules can't read
      { ...axis, scale: 'refused', side: 1, size: 40, grid: { show: false } },
    ],
    series: [
      {},
      { stroke: style.getPropertyValue('--free'), width: 2, points: { show: false } },
      { scale: 'refused', stroke: style.getPropertyValue('--act'), width: 1, fill: `${style.getPropertyValue('--act')}33`, points: { show: false } },
    ],
  };
}
