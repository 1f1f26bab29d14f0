package rare
import ("testing";"syscall";"os";"fmt")
func cpu() float64 { var u syscall.Rusage; syscall.Getrusage(0,&u); return float64(u.Utime.Sec)+float64(u.Utime.Usec)/1e6 + float64(u.Stime.Sec)+float64(u.Stime.Usec)/1e6}
func TestCPU(t *testing.T){
 for n,f:=range map[string]func(*testing.T){"mm1":TestMM1,"mmc":TestMMc,"light":TestMMcLight,"shed":TestShed,"bursts":TestBursts,"mg1":TestMG1,"inf":TestMGInfinity,"paths":TestPaths}{
 c:=cpu(); t.Run(n,f); fmt.Fprintln(os.Stderr,n,cpu()-c) }
}
