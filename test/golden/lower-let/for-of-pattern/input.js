(function () {
  'use strict';
  for (const [key, { value = 7 }] of [['a', { value: 1 }], ['b', {}]]) log(key + value);
})();
