package rare
import ("testing";"os";"fmt";"context";"math"
"spillway/distributions";"spillway/sim")
func bias(t *testing.T, name string, m *sim.Model, o Options, exact float64, seeds int) {
 var sum,sq float64; n:=0.; var cost int64; var rel float64
 for seed:=0;seed<seeds;seed++ {
 s := study{ctx: context.Background(), model: m, options: &o, streams: distributions.Streams{Seed:uint64(seed+100)}}
 if err:=s.prepare();err!=nil{t.Fatal(err)}
 s.start()
 s.goOn(2*s.length)
 x:=s.estimate(); v:=x.Value/exact
 sum+=v; sq+=v*v; n++; cost+=s.arrivals(); rel+=math.Log(x.High/x.Value)/2.04
 if seed%50==49 {mean:=sum/n; sd:=math.Sqrt(sq/n-mean*mean)
 fmt.Fprintf(os.Stderr,"%s (%v): mean/exact %.4f ± %.4f (sd %.3f, estimated %.3f) arrivals %.3g\n",name,n,mean,sd/math.Sqrt(n),sd,rel/n,float64(cost)/n)}
 }
}
func TestBias(t *testing.T){
 bias(t,"mm2 wait 10",one(poisson(t,.8),exponential(t,1),2),asked(Wait,10),.8*.4/1.4*math.Exp(-1.2*10),200)
 bias(t,"mm1 50",one(poisson(t,.8),exponential(t,1),1),asked(InSystem,50),math.Pow(.8,50),200)
}
