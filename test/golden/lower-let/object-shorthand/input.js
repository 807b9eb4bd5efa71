(function () {
  'use strict';
  for (const x of [1, 2]) {
    const y = x * 2;
    log(JSON.stringify({ x, y }));
  }
})();
