(function () {
  'use strict';
  var call;
  {
    const value = 1;
    call = () => value;
  }
  {
    var value = 2;
    log(value);
  }
  log(call());
})();
