import type { Controls } from '../protocol.js';
import { control, restart } from './live.js';

const MTUS = [
  { bytes: 1500, label: '1500 (one page)' },
  { bytes: 9000, label: '9000 jumbo (four pages in a row)' },
];

/** What a visitor can change; native inputs, so that keyboard and screen reader work as everywhere. */
export function ControlPanel({ controls, policies }: { readonly controls: Controls; readonly policies: readonly string[] }) {
  return (
    <form class="controls" aria-label="Controls" onSubmit={(event) => event.preventDefault()}>
      <label>
        Frame size (MTU)
        <select name="mtu" value={controls.mtuBytes} onChange={(event) => void control({ mtuBytes: Number(event.currentTarget.value) })}>
          {MTUS.map(({ bytes, label }) => (
            <option key={bytes} value={bytes}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <Slider name="cache" label="Page cache pressure" value={controls.cachePressurePercent} set={(cachePressurePercent) => control({ cachePressurePercent })} />
      <label>
        Warning policy
        <select name="policy" value={controls.policy} onChange={(event) => void control({ policy: event.currentTarget.value })}>
          {policies.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <Slider name="fault" label="Injected failures" value={controls.faultPercent} set={(faultPercent) => control({ faultPercent })} />
      <div class="buttons">
        <button type="button" onClick={() => void control({ running: !controls.running })}>
          {controls.running ? 'Pause' : 'Run'}
        </button>
        <button type="button" onClick={() => void restart()}>
          Start again
        </button>
      </div>
    </form>
  );
}

interface SliderProps {
  readonly name: string;
  readonly label: string;
  readonly value: number;
  readonly set: (value: number) => Promise<void>;
}

function Slider({ name, label, value, set }: SliderProps) {
  return (
    <label>
      <span>
        {label} <span class="value">{value} %</span>
      </span>
      <input type="range" name={name} min={0} max={100} value={value} onInput={(event) => void set(event.currentTarget.valueAsNumber)} />
    </label>
  );
}
