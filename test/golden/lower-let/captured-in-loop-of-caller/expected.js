(function () {
  'use strict';
  function make(i) {
    var own = i * 10;
    return () => own;
  }
  var calls = [];
  for (var i = 0; i < 3; i++) calls.push(make(i));
  log(calls.map((call) => call()).join());
})();
