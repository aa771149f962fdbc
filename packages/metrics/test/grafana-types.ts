import type { AnnotationContainer, Dashboard, FieldConfig, FieldConfigSource, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import type { Options as StatOptions } from '@grafana/grafana-foundation-sdk/stat';
import type { FieldConfig as TimeseriesFieldConfig, Options as TimeseriesOptions } from '@grafana/grafana-foundation-sdk/timeseries';

/** A type of Grafana's as it is in JSON: the values of an enum are written out, and there are no functions. */
type InJson<T> = 0 extends 1 & T ? T
  : T extends string ? `${T}`
  : T extends readonly (infer Item)[] ? InJson<Item>[]
  : T extends object ? { [Key in keyof T as T[Key] extends (...args: never) => unknown ? never : Key]: InJson<T[Key]> }
  : T;

interface PanelOf<Type extends string, Options, Custom> extends Omit<InJson<Panel>, 'type' | 'options' | 'fieldConfig' | 'targets'> {
  type: Type;
  title: string;
  gridPos: NonNullable<Panel['gridPos']>;
  options: InJson<Options>;
  fieldConfig: Omit<InJson<FieldConfigSource>, 'defaults'> & { defaults: Omit<InJson<FieldConfig>, 'custom'> & { custom: InJson<Custom> } };
  targets: (InJson<Dataquery> & { refId: string; legendFormat: string })[];
}

/**
 * A dashboard by Grafana's published schema, panels and queries down to the options of their plugins. Source:
 * @grafana/grafana-foundation-sdk, generated from Grafana's kinds.
 */
// eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor is read by new Grafanas only, this one by all
export interface GrafanaDashboard extends Omit<InJson<Dashboard>, 'panels' | 'annotations'> {
  title: string;
  uid: string;
  annotations: InJson<AnnotationContainer>;
  panels: (InJson<RowPanel> | PanelOf<'stat', StatOptions, Record<string, never>> | PanelOf<'timeseries', TimeseriesOptions, TimeseriesFieldConfig>)[];
}
