(function () {
  'use strict';
  let sum = 0;
  for (let i = 0, n = 4; i < n; i++) sum += i;
  log(sum);
})();
