# Boot.
uname -r
cd /sys/class/remoteproc/remoteproc0
cat name firmware state recovery coredump
echo start > state
cat state
cat /sys/kernel/debug/remoteproc/remoteproc0/trace0
cat /sys/kernel/debug/remoteproc/remoteproc0/resource_table
cat /sys/kernel/debug/remoteproc/remoteproc0/carveout_memories
# Traffic.
ls /sys/bus/rpmsg/devices
ls -l /dev
modprobe rpmsg_client_sample count=3
cat /sys/bus/rpmsg/devices/virtio0.rpmsg-client-sample.-1.1024/src
echo -n 'one two' > /dev/ttyRPMSG0
timeout 1 cat /dev/ttyRPMSG0
# A crash that nobody dumps, then one that somebody does.
printf '!' > /dev/rpmsg0
cat state
cat /sys/kernel/debug/remoteproc/remoteproc0/trace0
echo enabled > coredump
echo 1 > /sys/kernel/debug/remoteproc/remoteproc0/crash
cat /sys/class/devcoredump/devcd1/failing_device
hexdump -C /sys/class/devcoredump/devcd1/data | head -n 8
echo 1 > /sys/class/devcoredump/devcd1/data
ls /sys/class/devcoredump
# Without recovery it stays down until somebody asks.
echo disabled > recovery
printf '!' > /dev/rpmsg0
cat state
echo recover > recovery
cat state
# Stop.
rmmod rpmsg_client_sample
echo stop > state
cat state
ls /dev
dmesg -t | grep 'remoteproc remoteproc0' | tail -n 2
