(function () {
  'use strict';
  outer: for (var a of [1, 2, 3]) {
    for (var b of [1, 2]) {
      if (b === a) continue outer;
      var sum = a + b;
      log(sum);
    }
  }
})();
