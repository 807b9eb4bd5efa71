var Counter = /** @class */ (function () {
    function Counter(by) {
        this.value = 1;
        this.names = ['x'];
        Counter.made++;
        this.by = by;
    }
    Counter.prototype.add = function () { this.value += this.by; return this; };
    Counter.made = 0;
    return Counter;
}());
say(new Counter(2).add().add().value, new Counter(1).names.length, Counter.made, Object.keys(new Counter(0)).join());
