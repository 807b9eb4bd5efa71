(function () {
  'use strict';
  for (let i = 0; i < 2; i++) {
    for (let left; left === undefined; left = i) log('turn ' + i);
  }
})();
