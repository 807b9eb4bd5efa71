(function () {
  'use strict';
  let call;
  {
    const value = 1;
    call = () => value;
  }
  {
    const value = 2;
    log(value);
  }
  log(call());
})();
