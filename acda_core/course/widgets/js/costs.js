// What a layer costs in its forms: the formulas of acda_core.cost.

// The formulas of acda_core.cost for one image at stride 1, and of expected_saved_bytes for N of them.
export function costsOf({ in_channels: inputs, out_channels: outputs, kernel_size: size, height, width, images,
  num_atoms: atoms, num_bases: bases, num_scales: scales, hidden_channels: hidden }) {
  const [pixels, area, coefficients] = [height * width, size * size, scales * bases];
  const conv = outputs * (inputs * area + 1);
  const phi = hidden * (inputs + 1) + atoms * coefficients * (hidden * 9 + 1);
  const composition = atoms * coefficients * area;
  const mixing = outputs * (inputs * atoms + 1);
  const atomConv = inputs * atoms * area;
  const filters = outputs * inputs * area;
  const ours = phi + composition + atomConv + mixing;
  const wholeFilters = phi + composition + (atoms + 1) * filters + outputs;
  const hiddenKept = hidden * (height + 2) * (width + 2);
  const kept = (floatsAPixel, others) => 4 * images * ((inputs + floatsAPixel) * pixels + others);
  const form = (parameters, multiplyAddsAPixel, savedBytes) =>
    ({ parameters, multiply_adds: multiplyAddsAPixel * pixels, saved_bytes: savedBytes });
  return {
    conv: form(conv, conv, kept(0, 0)),
    dense: form(phi + mixing, wholeFilters, kept((atoms + inputs) * area + filters, hiddenKept)),
    unfold: form(phi + mixing, ours, kept((atoms + inputs) * area + inputs * atoms, hiddenKept)),
    acda: form(phi + mixing, ours, kept(atoms * coefficients, hiddenKept)),
    two_layers: form(mixing, atomConv + mixing, NaN),
  };
}
