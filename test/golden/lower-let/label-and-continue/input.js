(function () {
  'use strict';
  outer: for (const a of [1, 2, 3]) {
    for (const b of [1, 2]) {
      if (b === a) continue outer;
      const sum = a + b;
      log(sum);
    }
  }
})();
