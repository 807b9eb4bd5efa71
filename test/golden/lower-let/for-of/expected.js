(function () {
  'use strict';
  for (var x of [1, 2, 3]) log(x);
  for (var y of [4]) {
    y++;
    log(y);
  }
})();
