(function () {
  'use strict';
  for (var [key, { value = 7 }] of [['a', { value: 1 }], ['b', {}]]) log(key + value);
})();
