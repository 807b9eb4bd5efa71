(function () {
  'use strict';
  var calls = [];
  for (let i = 0; i < 3; i++) {
    const twice = i * 2;
    calls.push(() => log(i + ' ' + twice));
  }
  for (var call of calls) call();
})();
