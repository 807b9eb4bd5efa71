(function () {
  'use strict';
  for (const x of [1, 2, 3]) log(x);
  for (let y of [4]) {
    y++;
    log(y);
  }
})();
