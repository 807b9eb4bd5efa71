(function () {
  'use strict';
  var Thing = class Named {
    value = 3;
    read() {
      var { value } = this;
      return value + (typeof Named)[0];
    }
  };
  log(new Thing().read());
})();
