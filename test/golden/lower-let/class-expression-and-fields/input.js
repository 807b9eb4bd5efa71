(function () {
  'use strict';
  const Thing = class Named {
    value = 3;
    read() {
      const { value } = this;
      return value + (typeof Named)[0];
    }
  };
  log(new Thing().read());
})();
