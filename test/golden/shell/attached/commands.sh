cat /sys/class/remoteproc/remoteproc0/state
cat /sys/class/remoteproc/remoteproc0/firmware
modprobe rpmsg_client_sample count=2
echo start > /sys/class/remoteproc/remoteproc0/state
cat /sys/class/remoteproc/remoteproc0/state /sys/class/remoteproc/remoteproc0/firmware
cat /sys/kernel/debug/remoteproc/remoteproc0/trace0
echo detach > /sys/class/remoteproc/remoteproc0/state
cat /sys/class/remoteproc/remoteproc0/state
ls /sys/bus/rpmsg/devices
echo start > /sys/class/remoteproc/remoteproc0/state
echo -n stop > /dev/remoteproc0
cat /sys/class/remoteproc/remoteproc0/state
echo start > /sys/class/remoteproc/remoteproc0/state
echo stop > /sys/class/remoteproc/remoteproc0/state
