extension HTMLWriter {
  /// The page's style. Colours are variables, once for light and once for dark. c0 to c6 are the colours of
  /// Okabe and Ito (2008), which people with any colour vision tell apart, darkened on the light page or
  /// lightened on the dark one until they stand out from it by 3 to 1 or more; text stands out by 7 to 1.
  static let styleSheet: StaticString = """
    :root {
      color-scheme: light dark;
      --page: #ffffff; --panel: #f4f6f8; --text: #16202b; --soft: #46525f; --line: #c3ccd5; --grid: #e3e8ed;
      --link: #0b57a4; --mark: #fff4d6;
      --c0: #c94f00; --c1: #00609c; --c2: #008560; --c3: #a8457f; --c4: #a87400; --c5: #4a5560; --c6: #1f8ac9;
      --warm: 201, 79, 0; --cold: 0, 96, 156; --rest: #b8c2cc;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #0e141b; --panel: #18212b; --text: #eef2f6; --soft: #b4c0cc; --line: #445262; --grid: #26313d;
        --link: #7fc1ff; --mark: #3a3013;
        --c0: #ff8a3d; --c1: #5aa6e8; --c2: #2fc496; --c3: #e58fbf; --c4: #f0b429; --c5: #c9d1da; --c6: #8fd3ff;
        --warm: 255, 138, 61; --cold: 90, 166, 232; --rest: #4d5b6a;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body { margin: 0; background: var(--page); color: var(--text); line-height: 1.5;
      font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
    main { max-width: 78rem; margin: 0 auto; padding: 1rem; overflow-wrap: break-word; }
    h1 { font-size: 1.7rem; line-height: 1.2; margin: 1rem 0; }
    h2 { font-size: 1.3rem; margin: 3rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line); }
    h3 { font-size: 1.05rem; margin: 0 0 .75rem; }
    h4 { font-size: .9rem; margin: 1rem 0 .25rem; }
    p { max-width: 46rem; }
    a { color: var(--link); }
    .lead { font-size: 1.1rem; }
    .missing { background: var(--mark); padding: .6rem .8rem; border-radius: .3rem; }
    nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; }
    code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .88em; }
    p code, figcaption code, td code, th code { background: var(--panel); padding: 0 .2em;
      border-radius: .2em; }
    pre { background: var(--panel); padding: .75rem; overflow-x: auto; border-radius: .3rem; margin: 0; }
    .table, figure { margin: 1.5rem 0 2rem; }
    .scroll { overflow-x: auto; max-width: 100%; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .88rem; }
    .caption { color: var(--soft); margin: 0 0 .6rem; font-size: .95rem; }
    th, td { padding: .35rem .55rem; text-align: left; border-bottom: 1px solid var(--line);
      white-space: nowrap; }
    thead th { vertical-align: bottom; border-bottom: 2px solid var(--line); white-space: normal; }
    thead td { border: 0; }
    .group { text-align: center; border-bottom-width: 1px; color: var(--soft); font-weight: 600;
      white-space: nowrap !important; }
    .number { text-align: right; }
    tbody th { position: sticky; left: 0; background: var(--page); font-weight: 600; }
    figcaption { color: var(--soft); margin: .75rem 0 .5rem; max-width: 46rem; }
    details { margin: .5rem 0; font-size: .92rem; }
    summary { cursor: pointer; color: var(--link); padding: .3rem 0; }
    .cells { columns: 16rem; margin: .5rem 0; padding-left: 1.2rem; }
    svg { display: block; width: 100%; height: auto; overflow: visible; font-family: inherit; }
    svg.wide, svg.graph-wide { max-width: 760px; }
    svg.narrow, svg.graph-narrow { display: none; max-width: 480px; }
    @media (max-width: 640px) {
      svg.wide, svg.graph-wide { display: none; }
      svg.narrow, svg.graph-narrow { display: block; }
      h1 { font-size: 1.4rem; }
      .group { text-align: left; }
      tbody th { white-space: normal; max-width: 8.5rem; }
    }
    .label, .tick { fill: var(--text); font-size: 13px; }
    .tick { fill: var(--soft); font-size: 13px; font-variant-numeric: tabular-nums; }
    .axis { stroke: var(--soft); stroke-width: 1; }
    .grid { stroke: var(--grid); stroke-width: 1; }
    .c0 { --c: var(--c0); } .c1 { --c: var(--c1); } .c2 { --c: var(--c2); } .c3 { --c: var(--c3); }
    .c4 { --c: var(--c4); } .c5 { --c: var(--c5); } .c6 { --c: var(--c6); }
    .line { fill: none; stroke: var(--c); stroke-width: 2.2; stroke-linejoin: round; }
    .band { fill: var(--c); opacity: .16; }
    .bar { stroke: var(--c); stroke-width: 1.6; }
    .marker { fill: var(--c); stroke: var(--c); stroke-width: 1.6; }
    .marker.hollow { fill: var(--page); }
    .panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 1rem; }
    .panel-name { margin: 0 0 .3rem; font-weight: 600; }
    .panel-note { margin: .3rem 0 0; color: var(--soft); font-size: .85rem; }
    .frame { fill: none; stroke: var(--line); }
    .path { fill: none; stroke: var(--c); stroke-width: 1; stroke-opacity: .75; stroke-linejoin: round; }
    .start { fill: var(--page); stroke: var(--text); stroke-width: 1.5; }
    .plus { fill: none; stroke: rgb(var(--warm)); }
    .minus { fill: none; stroke: rgb(var(--cold)); stroke-dasharray: 5 2; }
    .neuron { fill: var(--rest); stroke: var(--page); stroke-width: .6; }
    .warm { fill: rgb(var(--warm)); } .cold { fill: rgb(var(--cold)); }
    .court { fill: var(--panel); stroke: var(--line); }
    .thing { fill: var(--text); }
    .chosen { font-weight: 700; }
    """
}
