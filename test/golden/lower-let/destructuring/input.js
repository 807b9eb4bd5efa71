(function () {
  'use strict';
  const { a, b: [c, ...rest], ...others } = { a: 1, b: [2, 3, 4], d: 5 };
  log([a, c, rest, others.d].join());
})();
