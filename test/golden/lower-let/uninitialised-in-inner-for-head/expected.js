(function () {
  'use strict';
  for (var i = 0; i < 2; i++) {
    for (var left = void 0; left === undefined; left = i) log('turn ' + i);
  }
})();
