(function () {
  const a = 1;
  with ({ a: 2 }) {
    log(a);
  }
})();
