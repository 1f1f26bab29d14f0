package rare
import ("testing";"syscall";"os";"fmt";"context";"math"
"spillway/distributions";"spillway/sim")
func cpu() float64 { var u syscall.Rusage; syscall.Getrusage(0,&u); return float64(u.Utime.Sec)+float64(u.Utime.Usec)/1e6 + float64(u.Stime.Sec)+float64(u.Stime.Usec)/1e6}
func diag(name string, m *sim.Model, o Options) {
 s := study{ctx: context.Background(), model: m, options: &o, streams: distributions.Streams{Seed:5}}
 c0:=cpu()
 if err:=s.prepare();err!=nil{fmt.Println(name,err); return}
 fmt.Fprintf(os.Stderr,"%v %.4v %v len %v cpu %v\n",name,s.ladder.at,s.ladder.splits,s.length*s.tasks,cpu()-c0)
 s.start()
 for k:=0;k<3;k++{
 c0=cpu()
 s.each(func(i int) error { return s.stretch(s.trials[i], s.length) })
 b:=int64(0); for _,t:=range s.trials{b+=t.branches}
 fmt.Fprintf(os.Stderr,"  %.4g arrivals %.3g branches %.3g cpu %v\n",s.estimate(),float64(s.arrivals()),float64(b),cpu()-c0)
 }
}
func TestDiag(t *testing.T){
 service := must[distributions.Hyperexponential](t)(distributions.NewHyperexponential([]float64{.9, .1}, []float64{2, .2}))
 m := one(poisson(t, .4), service, 1)
 diag("wait",m,asked(Wait,150)); diag("queue",m,asked(QueueLength,60))
 e := must[distributions.Erlang](t)(distributions.NewErlangMean(2, 2))
 m = one(poisson(t, 1), e, 1)
 m.Infinite=true
 diag("inf",m,asked(InSystem,16))
 _=math.Inf
}
