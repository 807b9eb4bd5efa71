(function () {
  'use strict';
  var f = function inner() {
    var inner = 5;
    return inner;
  };
  log(f());
})();
